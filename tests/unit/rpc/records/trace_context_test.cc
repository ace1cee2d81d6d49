#include "rpc/records/trace_context.h"

#include <gtest/gtest.h>

namespace brood {
namespace {

constexpr char kExample[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(TraceContextTest, ReadsWhatItWrites) {
  const auto context = parseTraceparent(kExample);
  ASSERT_TRUE(context);
  EXPECT_TRUE(context->isSampled);
  EXPECT_EQ(idText(context->traceId), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(idText(context->spanId), "00f067aa0ba902b7");
  EXPECT_EQ(traceparent(*context), kExample);
}

TEST(TraceContextTest, OnlyTheFirstFlagIsKept) {
  const auto context = parseTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fe");
  ASSERT_TRUE(context);
  EXPECT_FALSE(context->isSampled);
  EXPECT_TRUE(traceparent(*context).ends_with("-00"));
}

TEST(TraceContextTest, LaterVersionsAreReadAsFarAsThisOneGoes) {
  const std::string later = std::string("01") + (kExample + 2);
  EXPECT_TRUE(parseTraceparent(later));
  EXPECT_TRUE(parseTraceparent(later + "-what-comes"));
  EXPECT_FALSE(parseTraceparent(later + "x"));
  EXPECT_FALSE(parseTraceparent(std::string(kExample) + "-more"));
}

TEST(TraceContextTest, WhatIsNotValidIsNone) {
  for (const char* header : {
           "",
           "00",
           "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
           "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
           "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
           "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
           "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
           "0 -4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
       }) {
    EXPECT_FALSE(parseTraceparent(header)) << header;
  }
}

TEST(TraceContextTest, AChildKeepsTraceAndFlag) {
  auto parent = parseTraceparent(kExample);
  const TraceContext child = newSpanIn(parent);
  EXPECT_EQ(child.traceId, parent->traceId);
  EXPECT_NE(child.spanId, parent->spanId);
  EXPECT_TRUE(child.isSampled);
  parent->isSampled = false;
  EXPECT_FALSE(newSpanIn(parent).isSampled);
}

TEST(TraceContextTest, WithoutAParentThereIsANewTrace) {
  const TraceContext one = newSpanIn(std::nullopt), other = newSpanIn(std::nullopt);
  EXPECT_NE(one.traceId, other.traceId);
  EXPECT_TRUE(parseTraceparent(traceparent(one)));
}

}  // namespace
}  // namespace brood
