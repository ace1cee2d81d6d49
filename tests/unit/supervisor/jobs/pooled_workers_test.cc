#include "supervisor/jobs/pooled_workers.h"

#include <gtest/gtest.h>
#include <kj/timer.h>

#include "tests/unit/supervisor/pools/played_pool.h"

namespace brood::supervisor {
namespace {

class PooledWorkersTest : public testing::Test {
 protected:
  PooledWorkersTest() { job_.pool = &played_.pool; }
  ~PooledWorkersTest() noexcept override = default;

  void parkOne() {
    played_.pool.refill();
    io_.waitScope().poll();
    played_.park(stage_.newWorker());
  }
  Lease finish(kj::Promise<Lease> promise, PlayedLauncher::Waiting& waiting) {
    io_.waitScope().poll();
    KJ_REQUIRE(!waiting.empty(), "nobody has asked for a worker");
    auto worker = stage_.newWorker();
    waiting.front()->fulfill(kj::mv(worker.handle));
    waiting.pop_front();
    return promise.wait(io_.waitScope());
  }

  UvAsyncIo io_;
  kj::TimerImpl timer_{kj::origin<kj::TimePoint>()};
  Players stage_{io_};
  PlayedPool played_{timer_, io_.waitScope(), 1};
  PlayedLauncher launcher_;
  StillZygote slotBuilder_;
  PooledWorkers workers_{launcher_, slotBuilder_};
  AdmittedJob job_;
};

TEST_F(PooledWorkersTest, AParkedWorkerIsForJobsThatTakeTheBest) {
  parkOne();
  job_.startPolicy = rpc::StartPolicy::WARM;
  EXPECT_EQ(workers_.takeParked(job_), nullptr);
  job_.startPolicy = rpc::StartPolicy::BEST;
  auto lease = workers_.takeParked(job_);
  EXPECT_EQ(KJ_ASSERT_NONNULL(lease).start, rpc::StartKind::HOT);
  AdmittedJob own;
  EXPECT_EQ(workers_.takeParked(own), nullptr) << "it has no pool";
}

TEST_F(PooledWorkersTest, AColdStartIsCountedByThePool) {
  job_.startPolicy = rpc::StartPolicy::COLD;
  auto lease = finish(workers_.obtain(job_), launcher_.coldLaunches);
  EXPECT_EQ(lease.start, rpc::StartKind::COLD);
  EXPECT_EQ(played_.pool.starts().cold, 1u);
  EXPECT_EQ(played_.pool.leased(), 0u) << "its place is none of the pool's";
}

TEST_F(PooledWorkersTest, AJobWithoutAPoolGetsAWorkerOfTheSlotBuilder) {
  AdmittedJob own;
  auto lease = finish(workers_.obtain(own), launcher_.launches);
  EXPECT_EQ(lease.start, rpc::StartKind::WARM);
}

TEST_F(PooledWorkersTest, AJobThatAsksForAForkGetsOneWhateverIsParked) {
  parkOne();
  job_.startPolicy = rpc::StartPolicy::WARM;
  auto lease = finish(workers_.obtain(job_), played_.launcher.launches);
  EXPECT_EQ(lease.start, rpc::StartKind::WARM);
  EXPECT_EQ(played_.pool.idle(), 1u);
}

TEST_F(PooledWorkersTest, AJobWaitsForAPoolThatCanFork) {
  auto waiting = workers_.obtain(job_);
  EXPECT_EQ(played_.pool.waiting(), 1u);
  auto lease = finish(kj::mv(waiting), played_.launcher.launches);
  EXPECT_EQ(lease.start, rpc::StartKind::WARM);
}

TEST_F(PooledWorkersTest, WithoutAZygoteTheStartIsCold) {
  slotBuilder_.isReady = false;
  auto lease = finish(workers_.obtain(job_), launcher_.coldLaunches);
  EXPECT_EQ(lease.start, rpc::StartKind::COLD);
}

}  // namespace
}  // namespace brood::supervisor
