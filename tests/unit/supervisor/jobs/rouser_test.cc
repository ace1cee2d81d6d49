#include "supervisor/jobs/rouser.h"

#include <gtest/gtest.h>

#include "tests/unit/supervisor/jobs/played_run.h"
#include "tests/unit/supervisor/pools/played_pool.h"

namespace brood::supervisor {
namespace {

// A profile with one parked worker.
class RouserTest : public testing::Test {
 protected:
  RouserTest() {
    auto pools = kj::heap<PoolPair>(timer_, zygote_, Launchers(launcher_), governor_, config_);
    profile_.reset(new Profile{config_, manifest_, "", kj::mv(pools), {}});
    job_.profile = profile_;
    job_.pool = &profile_->pools->of(false);
    profile_->pools->of(false).refill();
    io_.waitScope().poll();
    auto worker = stage_.newWorker();
    channel_ = kj::mv(worker.channel);
    launcher_.launches.front()->fulfill(kj::mv(worker.handle));
    launcher_.launches.pop_front();
    io_.waitScope().poll();
  }
  ~RouserTest() noexcept override = default;

  // How often the worker has been roused since the last time.
  int roused() {
    int times = 0;
    WorkerJobHeader header;
    while (::recv(channel_.get(), &header, sizeof(header), MSG_DONTWAIT) > 0) {
      EXPECT_EQ(header.byteLength, WorkerJobHeader::kRouse);
      ++times;
    }
    return times;
  }
  void turnClock(kj::Duration by) {
    timer_.advanceTo(timer_.now() + by);
    io_.waitScope().poll();
  }

  UvAsyncIo io_;
  kj::TimerImpl timer_{kj::origin<kj::TimePoint>()};
  Players stage_{io_};
  StillZygote zygote_;
  PlayedLauncher launcher_;
  PoolGovernor governor_{timer_, 1000, MemoryPressure(0, "/nowhere", "/nowhere")};
  const ProfileConfig config_ = PlayedPool::configOf(1);
  RuntimeManifest manifest_;
  std::shared_ptr<Profile> profile_;
  OwnedFd channel_;
  RunningJobs running_{timer_, 0};
  AdmittedJob job_;
};

TEST_F(RouserTest, KeepsTheNextWorkerOfTheLastHotJobsProfileWarm) {
  Rouser rouser(timer_, running_, true);
  rouser.noteAnswered(job_);
  turnClock(WarmKeeper::kPause);
  EXPECT_EQ(roused(), 0) << "no worker of that profile has run it";
  rouser.noteHotStart(job_);
  rouser.noteAnswered(job_);
  turnClock(WarmKeeper::kPause);
  turnClock(WarmKeeper::kPause);
  EXPECT_EQ(roused(), 2);
}

TEST_F(RouserTest, RousesNobodyOnceTheMomentIsOver) {
  Rouser rouser(timer_, running_, true);
  rouser.noteHotStart(job_);
  rouser.noteAnswered(job_);
  turnClock(WarmKeeper::kMoment + WarmKeeper::kPause);
  roused();
  turnClock(WarmKeeper::kPause);
  EXPECT_EQ(roused(), 0);
}

TEST_F(RouserTest, RousesNobodyWhoWaitsAsAProgram) {
  manifest_.parkedCommand = {"node"};
  Rouser rouser(timer_, running_, true);
  rouser.noteHotStart(job_);
  rouser.noteAnswered(job_);
  turnClock(WarmKeeper::kPause);
  EXPECT_EQ(roused(), 0);
}

TEST_F(RouserTest, RousesNobodyWhileAWorkerIsOnItsWay) {
  Rouser rouser(timer_, running_, true);
  rouser.noteHotStart(job_);
  auto started = profile_->pools->of(false).forkNow();
  rouser.noteAnswered(job_);
  turnClock(WarmKeeper::kPause);
  EXPECT_EQ(roused(), 0) << "the CPU is busy";
  started = nullptr;
  turnClock(WarmKeeper::kPause);
  EXPECT_EQ(roused(), 1);
}

TEST_F(RouserTest, RousesNobodyWhileAJobRuns) {
  Rouser rouser(timer_, running_, true);
  rouser.noteHotStart(job_);
  rouser.noteAnswered(job_);
  {
    PlayedRun other(io_, stage_);
    auto listed = running_.add(*other.worker.handle, other.run, false);
    turnClock(WarmKeeper::kPause);
    EXPECT_EQ(roused(), 0);
  }
  turnClock(WarmKeeper::kPause);
  EXPECT_EQ(roused(), 1);
}

TEST_F(RouserTest, KeepsNobodyWarmWhereThatIsOff) {
  Rouser rouser(timer_, running_, false);
  rouser.noteHotStart(job_);
  rouser.noteAnswered(job_);
  turnClock(WarmKeeper::kPause);
  EXPECT_EQ(roused(), 0);
}

TEST_F(RouserTest, RousesNobodyOfAProfileThatIsGone) {
  Rouser rouser(timer_, running_, true);
  rouser.noteHotStart(job_);
  rouser.noteAnswered(job_);
  job_.profile = nullptr;
  profile_ = nullptr;
  turnClock(WarmKeeper::kPause);
  EXPECT_EQ(roused(), 0);
}

}  // namespace
}  // namespace brood::supervisor
