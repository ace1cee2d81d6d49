#include "supervisor/sandboxes/usage_watch.h"

#include <gtest/gtest.h>
#include <kj/timer.h>

#include "tests/unit/supervisor/sandboxes/played_worker.h"

namespace brood::supervisor {
namespace {

constexpr uint64_t kGiB = 1ull << 30;

class UsageWatchTest : public testing::Test {
 protected:
  UsageWatchTest() {
    limits_.cpuTimeMs = 1000;
    limits_.memoryBytes = kGiB;
    limits_.processes = 8;
    limits_.workspaceBytes = kGiB;
    limits_.workspaceInodes = 100;
  }
  ~UsageWatchTest() noexcept override = default;

  // One of half a CPU.
  kj::Own<UsageWatch> watch() {
    auto watch = newUsageWatch(io_.port(), timer_, timer_, worker_.sandbox, limits_, 500);
    watch->noteHandOver(timer_.now());
    watch->noteAwake();
    return watch;
  }
  void turnClock(kj::Duration by) {
    timer_.advanceTo(timer_.now() + by);
    io_.waitScope().poll();
  }
  bool isOver(kj::Promise<Excess>& exceeded) { return exceeded.poll(io_.waitScope()); }
  // The limit that a look finds exceeded, if `seen` is what it sees.
  kj::Maybe<Excess> foundIn(const Usage& seen) {
    meter_.used = seen;
    return watch()->settle().wait(io_.waitScope());
  }

  UvAsyncIo io_;
  kj::TimerImpl timer_{kj::origin<kj::TimePoint>()};
  Players stage_{io_};
  PlayedWorker worker_ = stage_.newWorker();
  FakeMeter& meter_ = worker_.meter;
  JobLimits limits_;
};

TEST_F(UsageWatchTest, AsksAnExactMeterWhenTheCpuTimeCanHaveBeenSpent) {
  auto usage = watch();
  auto exceeded = usage->whenExceeded();
  meter_.used.cpuMicros = 1'000'000;
  turnClock(1999 * kj::MILLISECONDS);
  EXPECT_FALSE(isOver(exceeded)) << "with half a CPU that takes two seconds";
  turnClock(1 * kj::MILLISECONDS);
  ASSERT_TRUE(isOver(exceeded));
  EXPECT_EQ(exceeded.wait(io_.waitScope()), Excess::cpuTime);
}

TEST_F(UsageWatchTest, AsksAgainWhenTheRestCanHaveBeenSpent) {
  auto usage = watch();
  auto exceeded = usage->whenExceeded();
  meter_.used.cpuMicros = 900'000;
  turnClock(2 * kj::SECONDS);
  meter_.used.cpuMicros = 1'000'000;
  turnClock(199 * kj::MILLISECONDS);
  EXPECT_FALSE(isOver(exceeded));
  turnClock(1 * kj::MILLISECONDS);
  EXPECT_TRUE(isOver(exceeded));
}

TEST_F(UsageWatchTest, WhatTheWorkerUsedBeforeIsNotTheJobs) {
  meter_.used.cpuMicros = 700;
  meter_.noteParked();
  auto usage = watch();
  meter_.used.cpuMicros = 1000;
  meter_.used.peakMemoryBytes = 5;
  EXPECT_EQ(usage->cpuMicrosUsed(), 300u);
  EXPECT_EQ(usage->usage(true).cpuMicros, 300u);
  EXPECT_EQ(usage->usage(false).peakMemoryBytes, 5u);
}

TEST_F(UsageWatchTest, WhatTheJobCanHaveUsedSinceItsHandOverIsItsOwn) {
  meter_.used.cpuMicros = 700;
  meter_.noteParked();
  auto usage = newUsageWatch(io_.port(), timer_, timer_, worker_.sandbox, limits_, 500);
  usage->noteHandOver(timer_.now());
  meter_.used.cpuMicros = 1000;
  timer_.advanceTo(timer_.now() + 100 * kj::MICROSECONDS);
  usage->noteAwake();
  EXPECT_EQ(usage->cpuMicrosUsed(), 100u) << "the rest was the worker's, as it woke up";
}

TEST_F(UsageWatchTest, HearsOfTheKernelThatMemoryIsOutButNotOfTheQuickest) {
  auto usage = watch();
  auto exceeded = usage->whenExceeded();
  ::eventfd_write(meter_.outOfMemory.get(), 1);
  EXPECT_FALSE(isOver(exceeded)) << "nobody watches a job that may be over by then";
  turnClock(2 * kj::MILLISECONDS);
  ASSERT_TRUE(isOver(exceeded));
  EXPECT_EQ(exceeded.wait(io_.waitScope()), Excess::memory);
}

TEST_F(UsageWatchTest, WithoutAnnouncementsMemoryIsNeverOut) {
  meter_.outOfMemory.reset();
  auto usage = watch();
  auto exceeded = usage->whenExceeded();
  turnClock(1 * kj::SECONDS);
  EXPECT_FALSE(isOver(exceeded));
}

TEST_F(UsageWatchTest, AnExactMeterNeedsNoLastLook) {
  EXPECT_FALSE(watch()->needsLastLook());
  EXPECT_EQ(foundIn({.peakMemoryBytes = 2 * kGiB}), nullptr) << "the kernel has held it";
  EXPECT_TRUE(meter_.looks.empty());
}

class SampledUsageWatchTest : public UsageWatchTest {
 protected:
  SampledUsageWatchTest() { meter_.isSampled = true; }
};

TEST_F(SampledUsageWatchTest, LooksAgainAndAgain) {
  auto usage = watch();
  auto exceeded = usage->whenExceeded();
  // The pause is half of 10 ms to one and a half.
  turnClock(4 * kj::MILLISECONDS);
  EXPECT_EQ(meter_.looks.size(), 0u);
  turnClock(11 * kj::MILLISECONDS);
  EXPECT_EQ(meter_.looks.size(), 1u);
  turnClock(15 * kj::MILLISECONDS);
  EXPECT_EQ(meter_.looks.size(), 2u);
  EXPECT_FALSE(isOver(exceeded));
  meter_.used.peakProcesses = 9;
  turnClock(15 * kj::MILLISECONDS);
  ASSERT_TRUE(isOver(exceeded));
  EXPECT_EQ(exceeded.wait(io_.waitScope()), Excess::processes);
}

TEST_F(SampledUsageWatchTest, ALookThatTookLongIsFollowedByALongerPause) {
  meter_.lookMicros = 10'000;
  auto usage = watch();
  auto exceeded = usage->whenExceeded();
  turnClock(15 * kj::MILLISECONDS);
  turnClock(49 * kj::MILLISECONDS);
  EXPECT_EQ(meter_.looks.size(), 1u) << "ten times as long, or half of that";
  turnClock(101 * kj::MILLISECONDS);
  EXPECT_EQ(meter_.looks.size(), 2u);
}

TEST_F(SampledUsageWatchTest, SeesTheCpuTimeToo) {
  auto usage = watch();
  auto exceeded = usage->whenExceeded();
  meter_.used.cpuMicros = 1'000'000;
  turnClock(15 * kj::MILLISECONDS);
  ASSERT_TRUE(isOver(exceeded));
  EXPECT_EQ(exceeded.wait(io_.waitScope()), Excess::cpuTime);
}

TEST_F(SampledUsageWatchTest, FindsEachLimitExceededByTheLastLook) {
  EXPECT_TRUE(watch()->needsLastLook());
  EXPECT_EQ(KJ_ASSERT_NONNULL(foundIn({.peakMemoryBytes = kGiB + 1})), Excess::memory);
  EXPECT_EQ(KJ_ASSERT_NONNULL(foundIn({.peakProcesses = 9})), Excess::processes);
  EXPECT_EQ(KJ_ASSERT_NONNULL(foundIn({.workspaceBytes = kGiB + 1})), Excess::workspaceBytes);
  EXPECT_EQ(KJ_ASSERT_NONNULL(foundIn({.workspaceInodes = 101})), Excess::workspaceInodes);
  EXPECT_EQ(KJ_ASSERT_NONNULL(foundIn({.hidden = true})), Excess::hidden);
  EXPECT_EQ(foundIn({.peakMemoryBytes = kGiB, .peakProcesses = 8}), nullptr) << "that is allowed";
  EXPECT_EQ(meter_.looks.back(), UsageMeter::Look::last);
}

TEST_F(SampledUsageWatchTest, DoesNotWaitForeverForTheLastLook) {
  meter_.neverLooks = true;
  auto usage = watch();
  auto settled = usage->settle();
  turnClock(4999 * kj::MILLISECONDS);
  EXPECT_FALSE(settled.poll(io_.waitScope()));
  turnClock(1 * kj::MILLISECONDS);
  ASSERT_TRUE(settled.poll(io_.waitScope()));
  EXPECT_EQ(settled.wait(io_.waitScope()), nullptr);
}

}  // namespace
}  // namespace brood::supervisor
