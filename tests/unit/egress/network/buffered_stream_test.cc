#include "egress/network/buffered_stream.h"

#include <gtest/gtest.h>

#include "rpc/loop/uv_io.h"

namespace brood::egress {
namespace {

TEST(BufferedStream, KeepsWhatIsNotConsumed) {
  UvAsyncIo io;
  auto pipe = kj::newTwoWayPipe();
  BufferedStream buffered(kj::mv(pipe.ends[0]), 8);
  auto writing = pipe.ends[1]->write("abcdefghij", 10).eagerlyEvaluate(nullptr);
  EXPECT_TRUE(buffered.readMore().wait(io.waitScope()));
  EXPECT_EQ(buffered.bytes(), "abcdefgh");
  buffered.consume(6);
  EXPECT_TRUE(buffered.readMore().wait(io.waitScope()));
  EXPECT_EQ(buffered.bytes(), "ghij");
  buffered.consume(4);
  EXPECT_EQ(buffered.bytes(), "");
}

TEST(BufferedStream, SaysWhenThereIsNoMore) {
  UvAsyncIo io;
  auto pipe = kj::newTwoWayPipe();
  BufferedStream buffered(kj::mv(pipe.ends[0]), 8);
  pipe.ends[1] = nullptr;
  EXPECT_FALSE(buffered.readMore().wait(io.waitScope()));
}

}  // namespace
}  // namespace brood::egress
