#include "supervisor/pools/warm_keeper.h"

#include <gtest/gtest.h>

namespace brood::supervisor {
namespace {

class WarmKeeperTest : public testing::Test {
 public:
  ~WarmKeeperTest() noexcept override {}

 protected:
  // Only as far as the test says does time pass.
  void pass(kj::Duration time) {
    for (const auto end = timer_.now() + time; timer_.now() < end;) {
      timer_.advanceTo(timer_.now() + WarmKeeper::kPause);
      scope_.poll();
    }
  }

  kj::EventLoop loop_;
  kj::WaitScope scope_{loop_};
  kj::TimerImpl timer_{kj::origin<kj::TimePoint>() + 1 * kj::SECONDS};
  int times_ = 0;
  WarmKeeper keeper_{timer_, [this]() { ++times_; }};
};

TEST_F(WarmKeeperTest, NothingIsDoneBeforeTheFirstJob) {
  pass(1 * kj::SECONDS);
  EXPECT_EQ(times_, 0);
  EXPECT_EQ(timer_.nextEvent(), nullptr);
}

TEST_F(WarmKeeperTest, AMomentAfterAJobItStops) {
  keeper_.noteJob();
  pass(1 * kj::SECONDS);
  EXPECT_EQ(times_, WarmKeeper::kMoment / WarmKeeper::kPause);
  EXPECT_EQ(timer_.nextEvent(), nullptr) << "it goes on waking up";
}

TEST_F(WarmKeeperTest, EachJobIsAnotherMomentAndNotAnotherRound) {
  constexpr int kJobs = 5;
  for (int job = 0; job < kJobs; ++job) {
    keeper_.noteJob();
    keeper_.noteJob();
    pass(WarmKeeper::kMoment / 5);
  }
  EXPECT_EQ(times_, kJobs * (WarmKeeper::kMoment / 5 / WarmKeeper::kPause));
  times_ = 0;
  pass(1 * kj::SECONDS);
  EXPECT_GT(times_, 0);
  EXPECT_LE(times_, WarmKeeper::kMoment / WarmKeeper::kPause);
}

}  // namespace
}  // namespace brood::supervisor
