// ZygoteHost, with zygotes that the test plays and a clock that it turns.
#include <gtest/gtest.h>
#include <kj/timer.h>

#include "base/plain_text.h"
#include "tests/unit/supervisor/zygotes/staged_zygotes.h"

namespace brood::supervisor {
namespace {

void askForWorker(wire::ZygoteRequest::Builder request) { request.initForkWorker(); }

class ZygoteLivesTest : public testing::Test {
 protected:
  ZygoteLivesTest() {
    host_.onReady([this]() { ++timesReady_; });
    poll();
  }
  ~ZygoteLivesTest() noexcept override = default;

  void poll() { io_.waitScope().poll(); }
  void turnClock(kj::Duration by) {
    timer_.advanceTo(timer_.now() + by);
    poll();
  }
  StagedZygote& zygote() { return stage_.last(); }
  size_t starts() const { return stage_.started.size(); }
  void makeReady() {
    zygote().sayReady();
    poll();
  }
  void die() {
    zygote().die();
    poll();
  }
  kj::Promise<kj::Own<ChildProcess>> ask() { return host_.request(&askForWorker, {}); }
  template <typename T>
  kj::Exception failureOf(kj::Promise<T> promise) {
    KJ_IF_MAYBE (why, kj::runCatchingExceptions([&]() { promise.wait(io_.waitScope()); })) {
      return kj::mv(*why);
    }
    return KJ_EXCEPTION(UNIMPLEMENTED, "it has not failed");
  }

  UvAsyncIo io_;
  kj::TimerImpl timer_{kj::origin<kj::TimePoint>()};
  Reaper reaper_{io_.port()};
  StagedZygotes stage_;
  int timesReady_ = 0;
  ZygoteHost host_{io_.port(), timer_, reaper_, stage_.options("staged")};
};

TEST_F(ZygoteLivesTest, IsReadyOnceItHasWarmedUp) {
  auto ready = host_.whenReady();
  EXPECT_FALSE(ready.poll(io_.waitScope()));
  zygote().sayReady("3.11", {"numpy"});
  EXPECT_EQ(zygote().lastKind, wire::ZygoteRequest::WARM_UP);
  ready.wait(io_.waitScope());
  EXPECT_TRUE(host_.ready());
  EXPECT_EQ(timesReady_, 1);
  EXPECT_EQ(host_.info().version, "3.11");
  EXPECT_EQ(host_.info().pid, zygote().pid());
  EXPECT_TRUE(host_.isLargeJob(kj::StringPtr("import numpy").asBytes()));
  EXPECT_FALSE(host_.isLargeJob(kj::StringPtr("import os").asBytes()));
}

TEST_F(ZygoteLivesTest, IsAskedForNothingBeforeItIsReady) {
  EXPECT_EQ(failureOf(ask()).getType(), kj::Exception::Type::DISCONNECTED);
  zygote().hear();
  EXPECT_FALSE(zygote().isAsked());
}

TEST_F(ZygoteLivesTest, PausesBeforeItStartsAgainTwiceAsLongEachTime) {
  for (auto pause : {100, 200, 400}) {
    die();
    const size_t before = starts();
    turnClock((pause - 1) * kj::MILLISECONDS);
    EXPECT_EQ(starts(), before);
    turnClock(1 * kj::MILLISECONDS);
    EXPECT_EQ(starts(), before + 1);
  }
  EXPECT_EQ(host_.info().restarts, 3u);
  makeReady();
  die();
  turnClock(100 * kj::MILLISECONDS);
  EXPECT_EQ(starts(), 5u) << "one that has been ready is not counted among the failures";
}

TEST_F(ZygoteLivesTest, APauseHasABound) {
  for (int i = 0; i < 12; ++i) {
    die();
    const size_t before = starts();
    turnClock(10 * kj::SECONDS);
    ASSERT_EQ(starts(), before + 1) << "after " << i + 1 << " failures";
  }
}

TEST_F(ZygoteLivesTest, AfterThreeFailuresThoseWhoWaitAreToldAndItGoesOnTrying) {
  auto ready = host_.whenReady();
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(ready.poll(io_.waitScope()));
    die();
    turnClock(400 * kj::MILLISECONDS);
  }
  EXPECT_NE(plainText(failureOf(kj::mv(ready))).find("zygote does not start"), std::string::npos);
  EXPECT_EQ(starts(), 4u);
  makeReady();
  host_.whenReady().wait(io_.waitScope());
}

TEST_F(ZygoteLivesTest, OneThatDoesNotWarmUpIsKilled) {
  turnClock(5 * kj::MINUTES - 1 * kj::MILLISECONDS);
  EXPECT_FALSE(isReadable(pidfdOf(zygote().pid()).get()));
  turnClock(1 * kj::MILLISECONDS);
  zygote().close();
  poll();
  turnClock(100 * kj::MILLISECONDS);
  EXPECT_EQ(starts(), 2u);
}

TEST_F(ZygoteLivesTest, WhoeverAsksIsToldWhyItCannotWarmUp) {
  auto fails = host_.whenWarmUpFails();
  zygote().sayFailed(zygote().hear(), "script", "NameError: x");
  EXPECT_EQ(std::string(failureOf(kj::mv(fails)).getDescription().cStr()), "NameError: x");
  // Its threads may keep it from ending.
  zygote().close();
  poll();
  turnClock(100 * kj::MILLISECONDS);
  EXPECT_EQ(starts(), 2u);
}

TEST_F(ZygoteLivesTest, OneThatDoesNotAnswerIsKilledAndThoseWhoWaitAreTold) {
  makeReady();
  auto first = ask();
  turnClock(14 * kj::SECONDS);
  auto second = ask();
  zygote().fork();
  first.wait(io_.waitScope());
  turnClock(1 * kj::SECONDS);
  EXPECT_FALSE(isReadable(pidfdOf(zygote().pid()).get())) << "the first was answered in time";
  turnClock(15 * kj::SECONDS);
  EXPECT_FALSE(second.poll(io_.waitScope()));
  zygote().close();
  EXPECT_EQ(failureOf(kj::mv(second)).getType(), kj::Exception::Type::DISCONNECTED);
}

TEST_F(ZygoteLivesTest, AnAnswerIsAProcessWhoseEndTheZygoteTells) {
  makeReady();
  auto asked = ask();
  const pid_t pid = zygote().fork();
  auto worker = asked.wait(io_.waitScope());
  EXPECT_EQ(worker->pid(), pid);
  EXPECT_EQ(worker->forkedBy(), zygote().pid());
  EXPECT_EQ(host_.info().forks, 1u);
  auto ended = worker->onExit();
  EXPECT_FALSE(ended.poll(io_.waitScope()));
  zygote().sayExited(pid, 9);
  const ProcessExit exit = ended.wait(io_.waitScope());
  EXPECT_EQ(exit.waitStatus, 9);
  EXPECT_EQ(exit.cpuMicros, 42u);
}

TEST_F(ZygoteLivesTest, ARefusalNamesTheStep) {
  makeReady();
  auto asked = ask();
  zygote().sayFailed(zygote().hear(), "setns", "no such namespace");
  const auto why = failureOf(kj::mv(asked));
  EXPECT_EQ(why.getType(), kj::Exception::Type::FAILED);
  EXPECT_NE(plainText(why).find("setns"), std::string::npos);
  EXPECT_NE(plainText(why).find("no such namespace"), std::string::npos);
  EXPECT_TRUE(host_.ready()) << "the next one may go well";
}

TEST_F(ZygoteLivesTest, WhatADeadZygoteHasForkedIsWaitedForByUs) {
  makeReady();
  auto asked = ask();
  const pid_t pid = zygote().fork();
  auto worker = asked.wait(io_.waitScope());
  die();
  auto ended = worker->onExit();
  EXPECT_FALSE(ended.poll(io_.waitScope())) << "it lives on without its zygote";
  ::kill(pid, SIGTERM);
  const ProcessExit exit = ended.wait(io_.waitScope());
  EXPECT_TRUE(exit.known);
  EXPECT_EQ(WTERMSIG(exit.waitStatus), SIGTERM);
}

TEST_F(ZygoteLivesTest, OneThatSpeaksNonsenseIsDropped) {
  makeReady();
  constexpr uint64_t kNobodys = 77;
  zygote().sayFailed(kNobodys, "fork", "");
  poll();
  EXPECT_FALSE(host_.ready());
  EXPECT_TRUE(zygote().isToldToEnd());
  die();
  turnClock(100 * kj::MILLISECONDS);
  EXPECT_EQ(starts(), 2u);
}

TEST_F(ZygoteLivesTest, OneThatLeavesStaysUntilWhatItHasForkedIsGone) {
  makeReady();
  auto asked = ask();
  const pid_t pid = zygote().fork();
  auto worker = asked.wait(io_.waitScope());
  auto left = host_.leave();
  EXPECT_FALSE(host_.ready());
  EXPECT_EQ(failureOf(ask()).getType(), kj::Exception::Type::DISCONNECTED);
  EXPECT_FALSE(left.poll(io_.waitScope()));
  EXPECT_FALSE(zygote().isToldToEnd());
  zygote().sayExited(pid, 0);
  poll();
  EXPECT_TRUE(zygote().isToldToEnd());
  die();
  left.wait(io_.waitScope());
  turnClock(10 * kj::SECONDS);
  EXPECT_EQ(starts(), 1u) << "it is not started again";
}

TEST_F(ZygoteLivesTest, OneThatDiesWhileItLeavesStaysUntilWhatItHasForkedIsGone) {
  makeReady();
  auto asked = ask();
  const pid_t pid = zygote().fork();
  auto worker = asked.wait(io_.waitScope());
  auto left = host_.leave();
  die();
  EXPECT_FALSE(left.poll(io_.waitScope()));
  ::kill(pid, SIGTERM);
  EXPECT_EQ(WTERMSIG(worker->onExit().wait(io_.waitScope()).waitStatus), SIGTERM);
  left.wait(io_.waitScope());
}

TEST_F(ZygoteLivesTest, OneThatLeavesAnswersFirst) {
  makeReady();
  auto asked = ask();
  auto left = host_.leave();
  EXPECT_FALSE(left.poll(io_.waitScope()));
  zygote().sayFailed(zygote().hear(), "fork", "no memory");
  EXPECT_EQ(failureOf(kj::mv(asked)).getType(), kj::Exception::Type::FAILED);
  EXPECT_TRUE(zygote().isToldToEnd());
}

TEST_F(ZygoteLivesTest, OneThatIsStoppedTellsThoseWhoWaitAndIsNotStartedAgain) {
  auto ready = host_.whenReady();
  auto stopped = host_.stop();
  EXPECT_NE(plainText(failureOf(kj::mv(ready))).find("told to stop"), std::string::npos);
  EXPECT_TRUE(zygote().isToldToEnd());
  EXPECT_FALSE(stopped.poll(io_.waitScope()));
  die();
  stopped.wait(io_.waitScope());
  turnClock(10 * kj::SECONDS);
  EXPECT_EQ(starts(), 1u);
  EXPECT_NE(plainText(failureOf(host_.whenReady())).find("told to stop"), std::string::npos);
}

}  // namespace
}  // namespace brood::supervisor
