#pragma once
// Where a request belongs in a distributed trace: the W3C's traceparent.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace brood {

using TraceId = std::array<uint8_t, 16>;
using SpanId = std::array<uint8_t, 8>;

struct TraceContext {
  TraceId traceId{};
  SpanId spanId{};
  bool isSampled = false;

  bool operator==(const TraceContext&) const = default;
};

// Null for whatever is not valid by Trace Context, of which a receiver takes no notice: it starts a
// trace of its own. Versions to come are read as far as this one goes, as the standard asks.
std::optional<TraceContext> parseTraceparent(std::string_view header);

// "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".
std::string traceparent(const TraceContext& context);

// The context of a span of our own: a child of `parent`, or the root of a new, sampled trace.
TraceContext newSpanIn(const std::optional<TraceContext>& parent);
SpanId newSpanId();

std::string idText(const TraceId& id);
std::string idText(const SpanId& id);

}  // namespace brood
