#pragma once
// The spans of one job: the request, and in it the queue, the compiler, the wait for a worker, the
// run.

#include <string_view>
#include <vector>

#include "gateway/access/sender.h"
#include "rpc/calls/supervisor.capnp.h"
#include "rpc/records/trace_span.h"

namespace brood::gateway {

// Measures from its making on. Of a sender without a span it makes none.
class JobSpans {
 public:
  explicit JobSpans(const Sender& sender);

  // Takes the phases that the supervisor has measured, and lays them out backwards from the arrival
  // of the result: its clock is ours.
  void note(rpc::JobResult::Reader result);
  // All of them, the request's last. Empty where it is not sampled.
  std::vector<TraceSpan> end(std::string_view verdict);

 private:
  void add(const char* name, uint64_t startNanos, uint64_t micros);

  std::optional<TraceContext> context_;
  std::optional<TraceContext> parent_;
  std::string tenant_, requestId_;
  uint64_t startedUnixNanos_ = 0;
  std::vector<TraceSpan> spans_;
};

}  // namespace brood::gateway
