#include "gateway/jobs/job_spans.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

Sender sender(const char* parent = nullptr) {
  Sender made;
  made.tenant = "acme";
  made.requestId = "r_1";
  if (parent != nullptr) made.parent = parseTraceparent(parent);
  made.span = newSpanIn(made.parent);
  return made;
}

std::vector<TraceSpan> spansOf(const Sender& from, const char* verdict = "ok") {
  capnp::MallocMessageBuilder message;
  auto result = message.initRoot<rpc::JobResult>();
  result.setId("j_1");
  result.setQueueMicros(10);
  result.setAcquireMicros(20);
  result.setRunMicros(300);
  result.setTotalMicros(330);
  JobSpans spans(from);
  spans.note(result.asReader());
  return spans.end(verdict);
}

TEST(JobSpansTest, PhasesFollowEachOther) {
  const auto from = sender();
  const auto spans = spansOf(from);
  ASSERT_EQ(spans.size(), 4u);
  const char* names[] = {"queue", "acquire", "run", "job"};
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(spans[i].name, names[i]);
    EXPECT_EQ(spans[i].traceId, from.span->traceId);
    EXPECT_LE(spans[i].startUnixNanos, spans[i].endUnixNanos);
  }
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(spans[i].parent, from.span->spanId);
  EXPECT_EQ(spans[0].endUnixNanos, spans[1].startUnixNanos);
  EXPECT_EQ(spans[1].endUnixNanos, spans[2].startUnixNanos);
  EXPECT_EQ(spans[2].endUnixNanos - spans[0].startUnixNanos, 330'000u);
  EXPECT_EQ(spans[3].spanId, from.span->spanId);
  EXPECT_FALSE(spans[3].parent);
}

TEST(JobSpansTest, BelongToTheClientsTrace) {
  const auto from = sender("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  const auto spans = spansOf(from);
  ASSERT_EQ(spans.size(), 4u);
  EXPECT_EQ(idText(spans[3].traceId), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(idText(*spans[3].parent), "00f067aa0ba902b7");
}

TEST(JobSpansTest, WhatIsNotSampledHasNone) {
  EXPECT_TRUE(spansOf(sender("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")).empty());
  EXPECT_TRUE(spansOf(Sender()).empty());
}

TEST(JobSpansTest, AProgramsOwnErrorIsNotOurs) {
  EXPECT_EQ(spansOf(sender(), "error").back().error, "");
  EXPECT_EQ(spansOf(sender(), "timeout").back().error, "timeout");
}

}  // namespace
}  // namespace brood::gateway
