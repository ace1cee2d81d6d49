#pragma once
// How one protocol words what becomes of a job. JobCaller decides when something is said.

#include <string>
#include <string_view>

#include "base/output_text.h"
#include "gateway/http/error_response.h"
#include "rpc/calls/job_trace.h"
#include "rpc/calls/json_writer.h"
#include "rpc/calls/supervisor.capnp.h"

namespace brood::gateway {

class RefusalFormat {
 public:
  virtual ~RefusalFormat() = default;
  // The answer to a request whose job came to no result.
  virtual HttpResponse refusal(const ApiError& error) const { return errorResponse(error); }
};

// One answer when the job has ended.
class AnswerFormat : public RefusalFormat {
 public:
  // Appends the body. Large values are left as `gaps`, which borrow from `result`; where there is
  // no such list they are written at once. `trace`: the gateway's own points of a traced job.
  virtual void appendAnswer(std::string& text, JsonGaps* gaps, rpc::JobResult::Reader result,
                            const MaybeTrace& trace) const = 0;
};

// Events while the job runs. Each is a whole piece of the stream.
class EventFormat : public RefusalFormat {
 public:
  virtual std::string contentType() const = 0;
  // A piece without meaning, so that nobody on the way takes a silent connection for dead.
  virtual std::string filler() const = 0;

  virtual std::string started(std::string_view id, std::string_view start) const = 0;
  virtual std::string output(rpc::OutputStream stream, const OutputText& output) const = 0;
  virtual std::string result(rpc::RichResult::Reader result) const = 0;
  // Appends what ends the stream: what had not been sent before, and how the job ended. `gaps` as
  // above.
  virtual void appendEnd(std::string& text, JsonGaps* gaps,
                         rpc::JobResult::Reader result) const = 0;
  // The end of a stream whose job came to no result.
  virtual std::string failed(const ApiError& error) const = 0;
};

}  // namespace brood::gateway
