#include "recorder/exports/otlp_request.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace brood::recorder {
namespace {

using nlohmann::json;

constexpr char kPath[] = "/v1/traces";
// Members of the protocol's enumerations, which JSON has as numbers.
constexpr int kInternalKind = 1, kServerKind = 2, kErrorStatus = 2;

json attribute(const std::string& name, const std::variant<std::string, int64_t>& value) {
  json written;
  if (const auto* number = std::get_if<int64_t>(&value)) {
    written["intValue"] = std::to_string(*number);  // 64 bits are a string in protobuf's JSON.
  } else {
    written["stringValue"] = std::get<std::string>(value);
  }
  return {{"key", name}, {"value", written}};
}

json spanJson(const TraceSpan& span) {
  json result = {{"traceId", idText(span.traceId)},
                 {"spanId", idText(span.spanId)},
                 {"name", span.name},
                 {"kind", span.kind == TraceSpan::Kind::server ? kServerKind : kInternalKind},
                 {"startTimeUnixNano", std::to_string(span.startUnixNanos)},
                 {"endTimeUnixNano", std::to_string(span.endUnixNanos)},
                 {"attributes", json::array()}};
  if (span.parent) result["parentSpanId"] = idText(*span.parent);
  for (const auto& [name, value] : span.attributes) {
    result["attributes"].push_back(attribute(name, value));
  }
  if (!span.error.empty()) result["status"] = {{"code", kErrorStatus}, {"message", span.error}};
  return result;
}

}  // namespace

std::string otlpRequest(const std::vector<TraceSpan>& spans, const std::string& instance) {
  json written = json::array();
  for (const auto& span : spans) written.push_back(spanJson(span));
  json attributes = json::array();
  attributes.push_back(attribute("service.name", "brood"));
  attributes.push_back(attribute("service.version", BROOD_VERSION));
  attributes.push_back(attribute("service.instance.id", instance));
  const json scope = {{"name", "brood"}, {"version", BROOD_VERSION}};
  json scopeSpans = json::array({{{"scope", scope}, {"spans", std::move(written)}}});
  const json resource = {{"attributes", attributes}};
  const json request = {{"resourceSpans", json::array({{{"resource", resource},
                                                        {"scopeSpans", std::move(scopeSpans)}}})}};
  return request.dump(-1, ' ', false, json::error_handler_t::replace);
}

uint64_t rejectedSpans(const std::string& answer) {
  const json parsed = json::parse(answer, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("partialSuccess")) return 0;
  const json& partial = parsed["partialSuccess"];
  if (!partial.is_object() || !partial.contains("rejectedSpans")) return 0;
  const json& rejected = partial["rejectedSpans"];
  if (rejected.is_number_unsigned()) return rejected.get<uint64_t>();
  if (!rejected.is_string()) return 0;
  const auto text = rejected.get<std::string>();
  const bool isNumber =
      !text.empty() && text.size() < 19 &&
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return isNumber ? std::stoull(text) : 0;
}

std::string tracesUrl(const std::string& endpoint) {
  std::string url = endpoint;
  while (url.ends_with('/')) url.pop_back();
  return url.ends_with(kPath) ? url : url + kPath;
}

}  // namespace brood::recorder
