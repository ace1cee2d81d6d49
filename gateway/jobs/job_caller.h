#pragma once
// One job's way from a request to its answer, whatever the protocol.

#include <kj/async.h>

#include <variant>

#include "gateway/http/response_writer.h"
#include "gateway/jobs/answer_format.h"
#include "gateway/jobs/job_desk.h"
#include "gateway/jobs/job_order.h"
#include "gateway/jobs/request_bounds.h"
#include "gateway/jobs/supervisor_link.h"

namespace brood::gateway {

// Calls the supervisor and answers through a writer, exactly once: whole, when the job has ended,
// or as a stream of events while it runs. What fails before a stream's first event is an ordinary
// answer with its status. Dropping a promise cancels its job. A large answer is written as fast as
// its client takes it, is never in memory as JSON, and counts towards the gateway's memory until it
// has been taken. Formats and writers are borrowed until the promise is done; orders are not.
class JobCaller {
 public:
  // The link and the desk are borrowed. Without a desk nothing is asked or told of a job.
  JobCaller(SupervisorLink& link, const RequestBounds& bounds, JobDesk* desk = nullptr)
      : link_(link), maxMessageBytes_(bounds.maxMessageBytes), desk_(desk) {}

  // `requestBytes`: what the writer's share is still charged for the request, given back when the
  // supervisor has answered.
  kj::Promise<void> answer(const JobOrder& order, uint64_t requestBytes, MaybeTrace trace,
                           const AnswerFormat& format, ResponseWriter& writer);
  kj::Promise<void> stream(const JobOrder& order, uint64_t requestBytes, const EventFormat& format,
                           ResponseWriter& writer);

 private:
  struct Call;

  // Or why there can be none.
  std::variant<Call, ApiError> newCall(const JobOrder& order, uint64_t requestBytes,
                                       ResponseWriter& writer);

  SupervisorLink& link_;
  const uint64_t maxMessageBytes_;
  JobDesk* desk_;
};

}  // namespace brood::gateway
