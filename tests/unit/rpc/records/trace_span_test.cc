#include "rpc/records/trace_span.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

namespace brood {
namespace {

std::optional<TraceSpan> throughAMessage(const TraceSpan& span) {
  capnp::MallocMessageBuilder message;
  auto builder = message.initRoot<rpc::TraceSpan>();
  writeSpan(span, builder);
  return readSpan(builder.asReader());
}

TEST(TraceSpanTest, AMessageHasAllOfIt) {
  TraceSpan span;
  span.traceId.fill(1);
  span.spanId.fill(2);
  span.parent.emplace().fill(3);
  span.name = "queue";
  span.kind = TraceSpan::Kind::server;
  span.startUnixNanos = 4;
  span.endUnixNanos = 5;
  span.attributes = {{"a", "text"}, {"b", int64_t{-6}}};
  span.error = "timeout";
  EXPECT_EQ(throughAMessage(span), span);
  span.parent.reset();
  EXPECT_EQ(throughAMessage(span), span);
}

TEST(TraceSpanTest, WithoutIdsThereIsNone) {
  capnp::MallocMessageBuilder message;
  auto builder = message.initRoot<rpc::TraceSpan>();
  EXPECT_EQ(readSpan(builder.asReader()), std::nullopt);
}

}  // namespace
}  // namespace brood
