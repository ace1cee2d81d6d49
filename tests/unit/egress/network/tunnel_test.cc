#include "egress/network/tunnel.h"

#include <gtest/gtest.h>
#include <kj/debug.h>

#include "rpc/loop/uv_io.h"

namespace brood::egress {
namespace {

class CountingMeter final : public PassageMeter {
 public:
  kj::Promise<void> pass(Direction direction, size_t bytes) override {
    (direction == Direction::up ? up : down) += bytes;
    if (up + down > most) return KJ_EXCEPTION(FAILED, "no more");
    return kj::READY_NOW;
  }

  size_t up = 0, down = 0;
  size_t most = SIZE_MAX;
};

class TunnelTest : public testing::Test {
 protected:
  TunnelTest()
      : job(kj::newTwoWayPipe()),
        server(kj::newTwoWayPipe()),
        silence(io.timer(), 0 * kj::SECONDS),
        tunnel(*job.ends[1], *server.ends[1], meter, silence) {}

  ~TunnelTest() noexcept override = default;

  void open(std::string first = {}) {
    tunnel.openDown();
    tunnel.openUp(std::move(first));
  }
  std::string read(kj::AsyncIoStream& from, size_t count) {
    std::string text(count, '\0');
    from.read(text.data(), count).wait(io.waitScope());
    return text;
  }
  void write(kj::AsyncIoStream& to, const std::string& text) {
    written = text;
    writing = to.write(written.data(), written.size()).eagerlyEvaluate(nullptr);
  }

  UvAsyncIo io;
  kj::TwoWayPipe job, server;
  CountingMeter meter;
  SilenceWatch silence;
  std::string written;
  kj::Promise<void> writing = nullptr;
  Tunnel tunnel;
};

TEST_F(TunnelTest, PassesBothWaysAndCounts) {
  open();
  write(*job.ends[0], "request");
  EXPECT_EQ(read(*server.ends[0], 7), "request");
  write(*server.ends[0], "answer");
  EXPECT_EQ(read(*job.ends[0], 6), "answer");
  EXPECT_EQ(meter.up, 7u);
  EXPECT_EQ(meter.down, 6u);
}

TEST_F(TunnelTest, WhatWasReadBeforeGoesFirst) {
  open("first ");
  write(*job.ends[0], "second");
  EXPECT_EQ(read(*server.ends[0], 12), "first second");
}

TEST_F(TunnelTest, OneEndThatIsDoneLeavesTheOtherWayOpen) {
  open();
  job.ends[0]->shutdownWrite();
  EXPECT_EQ(server.ends[0]->readAllText().wait(io.waitScope()), "");
  write(*server.ends[0], "late");
  EXPECT_EQ(read(*job.ends[0], 4), "late");
  auto ended = tunnel.whenEnded();
  EXPECT_FALSE(ended.poll(io.waitScope()));
  server.ends[0]->shutdownWrite();
  // The job's end has to read it before it is written.
  EXPECT_EQ(job.ends[0]->readAllText().wait(io.waitScope()), "");
  ended.wait(io.waitScope());
}

TEST_F(TunnelTest, EndsWhenNoMoreMayPass) {
  meter.most = 3;
  open();
  write(*job.ends[0], "four");
  tunnel.whenEnded().wait(io.waitScope());
}

TEST_F(TunnelTest, EndsWhenNothingPasses) {
  SilenceWatch impatient(io.timer(), 1 * kj::MILLISECONDS);
  Tunnel silent(*job.ends[1], *server.ends[1], meter, impatient);
  silent.openDown();
  silent.openUp({});
  silent.whenEnded().wait(io.waitScope());
}

}  // namespace
}  // namespace brood::egress
