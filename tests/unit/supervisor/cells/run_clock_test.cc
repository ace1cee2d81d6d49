#include "supervisor/cells/run_clock.h"

#include <gtest/gtest.h>

#include "rpc/loop/uv_io.h"

namespace brood::supervisor {
namespace {

TEST(RunClock, StandsStillWhileItIsStopped) {
  UvAsyncIo io;
  kj::TimerImpl timer(kj::origin<kj::TimePoint>());
  RunClock clock(timer);
  bool isOver = false;
  auto waiting = clock.afterDelay(10 * kj::SECONDS)
                     .then([&isOver]() { isOver = true; })
                     .eagerlyEvaluate(nullptr);
  const auto turn = [&](kj::Duration by) {
    timer.advanceTo(timer.now() + by);
    io.waitScope().poll();
  };
  turn(6 * kj::SECONDS);
  clock.stop();
  turn(60 * kj::SECONDS);
  EXPECT_FALSE(isOver);
  EXPECT_EQ(clock.now(), kj::origin<kj::TimePoint>() + 6 * kj::SECONDS);
  clock.goOn();
  turn(3 * kj::SECONDS);
  EXPECT_FALSE(isOver);
  turn(1 * kj::SECONDS);
  EXPECT_TRUE(isOver);
}

TEST(RunClock, WhatIsAskedForWhileItIsStoppedCountsFromThen) {
  UvAsyncIo io;
  kj::TimerImpl timer(kj::origin<kj::TimePoint>());
  RunClock clock(timer);
  clock.stop();
  bool isOver = false;
  auto waiting = clock.afterDelay(1 * kj::SECONDS)
                     .then([&isOver]() { isOver = true; })
                     .eagerlyEvaluate(nullptr);
  timer.advanceTo(timer.now() + 5 * kj::SECONDS);
  clock.goOn();
  io.waitScope().poll();
  EXPECT_FALSE(isOver);
  timer.advanceTo(timer.now() + 1 * kj::SECONDS);
  io.waitScope().poll();
  EXPECT_TRUE(isOver);
}

}  // namespace
}  // namespace brood::supervisor
