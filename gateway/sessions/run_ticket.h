#pragma once
// How a cell or a command passes the desk of jobs, if there is one.

#include <capnp/capability.h>

#include <memory>
#include <string_view>
#include <variant>

#include "gateway/http/response_writer.h"
#include "gateway/jobs/job_desk.h"

namespace brood::gateway {

// Without a desk it stands for a run that nobody is told of.
class RunTicket {
 public:
  explicit RunTicket(std::unique_ptr<JobTicket> ticket) : ticket_(std::move(ticket)) {}

  // Or why it may not run. `desk` may be null. The headers that the answer is to have go to the
  // writer.
  static std::variant<RunTicket, ApiError> admit(JobDesk* desk, const JobOrder& order,
                                                 ResponseWriter& writer);

  // Sends the call once it has been written down that it is, where that is wanted.
  template <typename Params, typename Results>
  kj::Promise<capnp::Response<Results>> send(capnp::Request<Params, Results> call) {
    if (ticket_) {
      KJ_IF_MAYBE (kept, ticket_->whenKept()) {
        return kept->then([held = kj::mv(call)]() mutable -> kj::Promise<capnp::Response<Results>> {
          return held.send();
        });
      }
    }
    return call.send();
  }

  // As JobTicket's.
  void write(rpc::Job::Builder job) const;
  void finish(rpc::JobResult::Reader result);
  ApiError reject(ApiError error);
  void letGo(std::string_view id);

 private:
  std::unique_ptr<JobTicket> ticket_;
};

}  // namespace brood::gateway
