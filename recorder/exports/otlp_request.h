#pragma once
// Spans as OpenTelemetry's protocol has them in JSON.

#include <cstdint>
#include <string>
#include <vector>

#include "rpc/records/trace_span.h"

namespace brood::recorder {

// The body of a request to /v1/traces.
std::string otlpRequest(const std::vector<TraceSpan>& spans, const std::string& instance);

// How many of the spans the collector says it has not taken: partialSuccess of its answer.
uint64_t rejectedSpans(const std::string& answer);

// Where to send to: what OTEL_EXPORTER_OTLP_ENDPOINT means, "/v1/traces" below it.
std::string tracesUrl(const std::string& endpoint);

}  // namespace brood::recorder
