#include "supervisor/sessions/output_ring.h"

#include <gtest/gtest.h>

#include "rpc/loop/uv_io.h"

namespace brood::supervisor {
namespace {

void add(OutputRing& ring, const char* text) {
  ring.add(rpc::OutputStream::STDOUT, kj::StringPtr(text).asBytes());
}

TEST(OutputRing, KeepsTheLatestThatFit) {
  OutputRing ring(6);
  add(ring, "one");
  add(ring, "two");
  EXPECT_EQ(ring.first(), 0u);
  add(ring, "six");
  EXPECT_EQ(ring.first(), 1u);
  EXPECT_EQ(ring.next(), 3u);
  EXPECT_EQ(ring.piece(1).bytes, "two");
  EXPECT_EQ(ring.piece(2).bytes, "six");
}

TEST(OutputRing, KeepsAtLeastOneHoweverLarge) {
  OutputRing ring(2);
  add(ring, "large");
  EXPECT_EQ(ring.piece(0).bytes, "large");
}

TEST(OutputRing, TellsThoseWhoWaitForMoreOrForTheEnd) {
  UvAsyncIo io;
  OutputRing ring(10);
  auto more = ring.whenMore(0);
  EXPECT_FALSE(more.poll(io.waitScope()));
  add(ring, "x");
  EXPECT_TRUE(more.poll(io.waitScope()));
  auto end = ring.whenMore(1);
  EXPECT_FALSE(end.poll(io.waitScope()));
  ring.end();
  EXPECT_TRUE(end.poll(io.waitScope()));
  EXPECT_TRUE(ring.whenMore(1).poll(io.waitScope()));
}

}  // namespace
}  // namespace brood::supervisor
