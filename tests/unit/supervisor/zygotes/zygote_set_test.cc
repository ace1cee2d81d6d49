#include "supervisor/zygotes/zygote_set.h"

#include <gtest/gtest.h>
#include <kj/timer.h>

#include "tests/unit/supervisor/zygotes/staged_zygotes.h"

namespace brood::supervisor {
namespace {

void askForWorker(wire::ZygoteRequest::Builder request) { request.initForkWorker(); }

ProfileConfig configOf(uint32_t zygotes, uint64_t maxForks, uint64_t maxAgeMs) {
  ProfileConfig config;
  config.zygotes = zygotes;
  config.zygoteMaxForks = maxForks;
  config.zygoteMaxAgeMs = maxAgeMs;
  return config;
}

class ZygoteSetTest : public testing::Test {
 protected:
  ~ZygoteSetTest() noexcept override = default;

  void begin(uint32_t zygotes, uint64_t maxForks = 0, uint64_t maxAgeMs = 0) {
    config_ = configOf(zygotes, maxForks, maxAgeMs);
    set_ = kj::heap<ZygoteSet>(io_.port(), timer_, reaper_, stage_.options("staged"), config_);
    poll();
  }
  void poll() { io_.waitScope().poll(); }
  void turnClock(kj::Duration by) {
    timer_.advanceTo(timer_.now() + by);
    poll();
  }
  StagedZygote& zygote(size_t index) { return *stage_.started.at(index); }
  size_t starts() const { return stage_.started.size(); }
  void makeReady(size_t index) {
    zygote(index).sayReady();
    poll();
  }
  kj::Promise<kj::Own<ChildProcess>> ask() { return set_->request(&askForWorker, {}); }
  // A worker of this zygote's, who is the one that is asked.
  kj::Own<ChildProcess> forkBy(size_t index) {
    auto asked = ask();
    zygote(index).fork();
    return asked.wait(io_.waitScope());
  }

  UvAsyncIo io_;
  kj::TimerImpl timer_{kj::origin<kj::TimePoint>()};
  Reaper reaper_{io_.port()};
  StagedZygotes stage_;
  ProfileConfig config_;
  kj::Own<ZygoteSet> set_;
};

TEST_F(ZygoteSetTest, IsReadyWhenOneIs) {
  int told = 0;
  begin(2);
  set_->onReady([&]() { ++told; });
  EXPECT_EQ(starts(), 2u);
  EXPECT_FALSE(set_->ready());
  makeReady(1);
  EXPECT_TRUE(set_->ready());
  EXPECT_EQ(told, 1);
  EXPECT_EQ(set_->info().pid, zygote(1).pid());
  EXPECT_EQ(set_->pids().size(), 2u);
}

TEST_F(ZygoteSetTest, WithoutAReadyOneNobodyIsAsked) {
  begin(1);
  auto refused = kj::runCatchingExceptions([&]() { ask().wait(io_.waitScope()); });
  EXPECT_EQ(KJ_ASSERT_NONNULL(refused).getType(), kj::Exception::Type::DISCONNECTED);
}

TEST_F(ZygoteSetTest, TheOneWithTheFewestUnansweredRequestsIsAsked) {
  begin(2);
  makeReady(0);
  makeReady(1);
  auto first = ask(), second = ask();
  EXPECT_TRUE(zygote(0).isAsked());
  EXPECT_TRUE(zygote(1).isAsked());
  zygote(1).fork();
  poll();
  for (int i = 0; i < 2; ++i) {
    auto next = ask();
    EXPECT_TRUE(zygote(1).isAsked()) << "the other one is busy, whose turn it may be";
    zygote(1).fork();
    poll();
  }
}

TEST_F(ZygoteSetTest, AfterSoManyForksItIsSucceededByOneThatIsReady) {
  begin(1, 2);
  makeReady(0);
  auto first = forkBy(0);
  EXPECT_EQ(starts(), 1u);
  auto second = forkBy(0);
  poll();
  ASSERT_EQ(starts(), 2u);
  auto third = forkBy(0);
  poll();
  EXPECT_EQ(starts(), 2u) << "there are never more than two";
  EXPECT_FALSE(set_->isAnyLeaving()) << "the next one is not ready";
  makeReady(1);
  EXPECT_EQ(set_->successions(), 1u);
  EXPECT_TRUE(set_->isLeaving(zygote(0).pid()));
  auto fourth = forkBy(1);
  EXPECT_EQ(fourth->forkedBy(), zygote(1).pid());
}

TEST_F(ZygoteSetTest, OneThatHasBeenSucceededEndsWithTheLastThatItHasForked) {
  begin(1, 1);
  makeReady(0);
  auto worker = forkBy(0);
  poll();
  makeReady(1);
  EXPECT_FALSE(zygote(0).isToldToEnd());
  zygote(0).sayExited(worker->pid(), 0);
  poll();
  EXPECT_TRUE(zygote(0).isToldToEnd());
  zygote(0).die();
  poll();
  EXPECT_FALSE(set_->isAnyLeaving());
  EXPECT_EQ(set_->pids(), std::vector<pid_t>{zygote(1).pid()});
}

TEST_F(ZygoteSetTest, WithAgeItIsSucceeded) {
  begin(1, 0, 60'000);
  makeReady(0);
  turnClock(59'999 * kj::MILLISECONDS);
  EXPECT_EQ(starts(), 1u);
  turnClock(1 * kj::MILLISECONDS);
  ASSERT_EQ(starts(), 2u);
  makeReady(1);
  EXPECT_TRUE(zygote(0).isToldToEnd()) << "it has forked nobody";
  zygote(0).die();
  poll();
  turnClock(60 * kj::SECONDS);
  EXPECT_EQ(starts(), 3u);
}

TEST_F(ZygoteSetTest, OneThatIsNotReadyIsNotSucceeded) {
  begin(1, 0, 60'000);
  turnClock(60 * kj::SECONDS);
  EXPECT_EQ(starts(), 1u);
}

TEST_F(ZygoteSetTest, TheOldOneGoesOnWhileItsSuccessorDoesNotStart) {
  begin(1, 1);
  makeReady(0);
  auto first = forkBy(0);
  poll();
  zygote(1).die();
  poll();
  auto second = forkBy(0);
  turnClock(100 * kj::MILLISECONDS);
  ASSERT_EQ(starts(), 3u) << "it is tried again";
  makeReady(2);
  EXPECT_TRUE(set_->isLeaving(zygote(0).pid()));
}

TEST_F(ZygoteSetTest, CountsTheRestartsOfThoseThatHaveLeftToo) {
  begin(1, 1);
  zygote(0).die();
  poll();
  turnClock(100 * kj::MILLISECONDS);
  makeReady(1);
  EXPECT_EQ(set_->info().restarts, 1u);
  auto worker = forkBy(1);
  poll();
  makeReady(2);
  zygote(1).sayExited(worker->pid(), 0);
  poll();
  zygote(1).die();
  poll();
  ASSERT_FALSE(set_->isAnyLeaving());
  EXPECT_EQ(set_->info().restarts, 1u);
}

TEST_F(ZygoteSetTest, StopsAllOfThem) {
  begin(2, 1);
  makeReady(0);
  makeReady(1);
  auto worker = forkBy(1);
  poll();
  ASSERT_EQ(starts(), 3u);
  auto stopped = set_->stop();
  poll();
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(zygote(i).isToldToEnd()) << i;
    EXPECT_FALSE(stopped.poll(io_.waitScope()));
    zygote(i).die();
  }
  stopped.wait(io_.waitScope());
  turnClock(10 * kj::SECONDS);
  EXPECT_EQ(starts(), 3u);
}

}  // namespace
}  // namespace brood::supervisor
