#include "recorder/exports/otlp_request.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace brood::recorder {
namespace {

TraceSpan example() {
  TraceSpan span;
  span.traceId.fill(0xab);
  span.spanId.fill(1);
  span.parent.emplace().fill(2);
  span.name = "queue";
  span.kind = TraceSpan::Kind::server;
  span.startUnixNanos = 1'795'933'191'000'000'001;
  span.endUnixNanos = 1'795'933'191'000'000'002;
  span.attributes = {{"brood.tenant", "acme"}, {"http.response.status_code", int64_t{200}}};
  return span;
}

TEST(OtlpRequestTest, IsWhatTheProtocolSays) {
  const auto request = nlohmann::json::parse(otlpRequest({example()}, "g_1"));
  const auto& group = request["resourceSpans"][0];
  EXPECT_EQ(group["resource"]["attributes"][0]["key"], "service.name");
  EXPECT_EQ(group["resource"]["attributes"][0]["value"]["stringValue"], "brood");
  const auto& span = group["scopeSpans"][0]["spans"][0];
  EXPECT_EQ(span["traceId"], "abababababababababababababababab");
  EXPECT_EQ(span["spanId"], "0101010101010101");
  EXPECT_EQ(span["parentSpanId"], "0202020202020202");
  EXPECT_EQ(span["kind"], 2);
  EXPECT_EQ(span["startTimeUnixNano"], "1795933191000000001");
  EXPECT_EQ(span["attributes"][1]["value"]["intValue"], "200");
  EXPECT_FALSE(span.contains("status"));
}

TEST(OtlpRequestTest, AnErrorHasAStatus) {
  TraceSpan span = example();
  span.parent.reset();
  span.error = "timeout\xff";
  const auto request = nlohmann::json::parse(otlpRequest({span}, "g_1"));
  const auto& written = request["resourceSpans"][0]["scopeSpans"][0]["spans"][0];
  EXPECT_EQ(written["status"]["code"], 2);
  EXPECT_FALSE(written.contains("parentSpanId"));
}

TEST(OtlpRequestTest, ReadsHowManyWereRejected) {
  EXPECT_EQ(rejectedSpans("{}"), 0u);
  EXPECT_EQ(rejectedSpans(""), 0u);
  EXPECT_EQ(rejectedSpans("nonsense"), 0u);
  EXPECT_EQ(rejectedSpans(R"({"partialSuccess":{"rejectedSpans":"3"}})"), 3u);
  EXPECT_EQ(rejectedSpans(R"({"partialSuccess":{"rejectedSpans":3}})"), 3u);
  EXPECT_EQ(rejectedSpans(R"({"partialSuccess":{"rejectedSpans":"-3"}})"), 0u);
}

TEST(OtlpRequestTest, TheEndpointIsABase) {
  EXPECT_EQ(tracesUrl("http://host:4318"), "http://host:4318/v1/traces");
  EXPECT_EQ(tracesUrl("http://host:4318/"), "http://host:4318/v1/traces");
  EXPECT_EQ(tracesUrl("http://host/otlp/v1/traces"), "http://host/otlp/v1/traces");
}

}  // namespace
}  // namespace brood::recorder
