#pragma once
// One span of a trace, as the gateway tells the recorder of it.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "rpc/calls/recorder.capnp.h"
#include "rpc/records/trace_context.h"

namespace brood {

struct TraceSpan {
  enum class Kind { internal, server };

  TraceId traceId{};
  SpanId spanId{};
  std::optional<SpanId> parent;
  std::string name;
  Kind kind = Kind::internal;
  uint64_t startUnixNanos = 0;
  uint64_t endUnixNanos = 0;
  std::vector<std::pair<std::string, std::variant<std::string, int64_t>>> attributes;
  std::string error;  // Empty: it went well.

  bool operator==(const TraceSpan&) const = default;
};

void writeSpan(const TraceSpan& span, rpc::TraceSpan::Builder out);
// Null if it has no ids.
std::optional<TraceSpan> readSpan(rpc::TraceSpan::Reader span);

}  // namespace brood
