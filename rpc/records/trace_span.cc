#include "rpc/records/trace_span.h"

#include <cstring>

#include "rpc/records/message_text.h"

namespace brood {
namespace {

template <size_t size>
capnp::Data::Reader asData(const std::array<uint8_t, size>& id) {
  return {id.data(), id.size()};
}

template <size_t size>
bool readId(capnp::Data::Reader bytes, std::array<uint8_t, size>& id) {
  if (bytes.size() != size) return false;
  std::memcpy(id.data(), bytes.begin(), size);
  return true;
}

}  // namespace

void writeSpan(const TraceSpan& span, rpc::TraceSpan::Builder out) {
  out.setTraceId(asData(span.traceId));
  out.setSpanId(asData(span.spanId));
  if (span.parent) out.setParentId(asData(*span.parent));
  out.setName(asText(span.name));
  out.setIsServer(span.kind == TraceSpan::Kind::server);
  out.setStartUnixNanos(span.startUnixNanos);
  out.setEndUnixNanos(span.endUnixNanos);
  auto attributes = out.initAttributes(static_cast<unsigned>(span.attributes.size()));
  for (unsigned i = 0; i < attributes.size(); ++i) {
    const auto& [name, value] = span.attributes[i];
    attributes[i].setName(asText(name));
    if (const auto* number = std::get_if<int64_t>(&value)) {
      attributes[i].setNumber(*number);
    } else {
      attributes[i].setText(asText(std::get<std::string>(value)));
    }
  }
  out.setError(asText(span.error));
}

std::optional<TraceSpan> readSpan(rpc::TraceSpan::Reader span) {
  TraceSpan result;
  if (!readId(span.getTraceId(), result.traceId)) return std::nullopt;
  if (!readId(span.getSpanId(), result.spanId)) return std::nullopt;
  SpanId parent;
  if (readId(span.getParentId(), parent)) result.parent = parent;
  result.name = asString(span.getName());
  result.kind = span.getIsServer() ? TraceSpan::Kind::server : TraceSpan::Kind::internal;
  result.startUnixNanos = span.getStartUnixNanos();
  result.endUnixNanos = span.getEndUnixNanos();
  for (auto attribute : span.getAttributes()) {
    if (attribute.isNumber()) {
      result.attributes.emplace_back(asString(attribute.getName()), attribute.getNumber());
    } else {
      result.attributes.emplace_back(asString(attribute.getName()), asString(attribute.getText()));
    }
  }
  result.error = asString(span.getError());
  return result;
}

}  // namespace brood
