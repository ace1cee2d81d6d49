#include "supervisor/jobs/running_jobs.h"

#include <gtest/gtest.h>

#include "tests/unit/supervisor/jobs/played_run.h"

namespace brood::supervisor {
namespace {

class RunningJobsTest : public testing::Test {
 protected:
  ~RunningJobsTest() noexcept override = default;

  kj::Own<void> add(PlayedRun& played) {
    return running_.add(*played.worker.handle, played.run, false);
  }

  UvAsyncIo io_;
  Players stage_{io_};
  kj::TimerImpl timer_{kj::origin<kj::TimePoint>()};
  RunningJobs running_{timer_, 0};
  PlayedRun first_{io_, stage_}, second_{io_, stage_};
};

TEST_F(RunningJobsTest, AJobIsThereUntilItsEntryIsDropped) {
  EXPECT_TRUE(running_.empty());
  auto first = add(first_), second = add(second_);
  first = nullptr;
  EXPECT_FALSE(running_.empty());
  second = nullptr;
  EXPECT_TRUE(running_.empty());
}

TEST_F(RunningJobsTest, ADeniedCallEndsTheJobWhoseProcessMadeIt) {
  auto first = add(first_), second = add(second_);
  auto firstEnd = first_.begin(), secondEnd = second_.begin();
  second_.worker.sandbox.member = 42;
  EXPECT_TRUE(running_.noteDeniedCall({42, "kexec_load"}));
  EXPECT_EQ(second_.facts(kj::mv(secondEnd)).deniedCall, "kexec_load");
  EXPECT_FALSE(firstEnd.poll(io_.waitScope()));
}

TEST_F(RunningJobsTest, ACallOfNobodysIsNotTaken) {
  auto first = add(first_);
  EXPECT_FALSE(running_.noteDeniedCall({42, "kexec_load"}));
}

TEST_F(RunningJobsTest, KillsAll) {
  auto first = add(first_), second = add(second_);
  running_.killAll();
  EXPECT_EQ(first_.worker.sandbox.kills, 1);
  EXPECT_EQ(second_.worker.sandbox.kills, 1);
}

TEST_F(RunningJobsTest, WithoutMemoryOnTheHostTheJobThatHoldsMostIsEndedAndNeverOneOfOurs) {
  constexpr uint64_t kMoreThanThereIs = 1ull << 60;
  RunningJobs running(timer_, kMoreThanThereIs);
  PlayedRun ours(io_, stage_);
  first_.worker.meter.used.heldBytes = 100 << 20;
  second_.worker.meter.used.heldBytes = 200 << 20;
  ours.worker.meter.used.heldBytes = 400 << 20;
  auto firstEnd = first_.begin(), secondEnd = second_.begin(), ourEnd = ours.begin();
  auto first = running.add(*first_.worker.handle, first_.run, false);
  auto second = running.add(*second_.worker.handle, second_.run, false);
  auto own = running.add(*ours.worker.handle, ours.run, true);
  timer_.advanceTo(timer_.now() + 1 * kj::MILLISECONDS);
  EXPECT_EQ(second_.facts(kj::mv(secondEnd)).cause, EndCause::hostMemory);
  EXPECT_EQ(running.hostMemory().jobsEnded(), 1u);
  EXPECT_FALSE(firstEnd.poll(io_.waitScope()));
  EXPECT_FALSE(ourEnd.poll(io_.waitScope()));
}

}  // namespace
}  // namespace brood::supervisor
