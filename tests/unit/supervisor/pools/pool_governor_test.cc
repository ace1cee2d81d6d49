#include "supervisor/pools/pool_governor.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <deque>
#include <fstream>

#include "rpc/loop/uv_io.h"
#include "supervisor/pools/warm_pool.h"
#include "tests/unit/supervisor/jobs/idle_system.h"

namespace brood::supervisor {
namespace {

// Pools without a zygote: they have targets, and jobs that wait, but nothing is ever started.
class PoolGovernorTest : public testing::Test {
 protected:
  PoolGovernorTest() { ::close(::mkstemp(pressurePath_)); }
  ~PoolGovernorTest() noexcept override { ::unlink(pressurePath_); }

  void setPressure(const char* percent) {
    std::ofstream(pressurePath_) << "some avg10=" << percent << " avg60=0.00\n";
  }
  PoolGovernor& governor(size_t maxParked = 1000) {
    if (!governor_)
      governor_.emplace(io_.timer(), maxParked, MemoryPressure(0, pressurePath_, "/nowhere"));
    return *governor_;
  }
  WarmPool& addPool(uint32_t minimum, uint32_t atRest, uint32_t most) {
    auto& config = configs_.emplace_back();
    config.minIdle = minimum;
    config.targetIdle = atRest;
    config.maxIdle = most;
    return pools_.emplace_back(io_.timer(), builder_, starter_, governor(), config);
  }
  void arrive(WarmPool& pool, int jobs) {
    for (int i = 0; i < jobs; ++i) waiting_.push_back(pool.acquire({}));
  }

  char pressurePath_[32] = "/tmp/brood-pressure-XXXXXX";
  UvAsyncIo io_;
  Config config_;
  Metrics metrics_;
  kj::Own<CgroupDriver> cgroups_ = newCgroupDriver({"none", "brood-test", "governor"});
  NoForks builder_;
  const SharedHost own_{featuresOfRoot(), config_, ""};
  SlotPool slots_{io_.timer(), builder_, *cgroups_,    SandboxFactory(own_),
                  Tier::root,  config_,  SlotLimits{}, metrics_};
  LayerSet proven_;
  WorkerStarter starter_{io_.port(), slots_, config_.limits, proven_, metrics_};
  std::optional<PoolGovernor> governor_;
  std::deque<ProfileConfig> configs_;
  std::deque<WarmPool> pools_;
  std::deque<kj::Promise<Lease>> waiting_;  // Goes before the pools.
};

TEST_F(PoolGovernorTest, APoolWithoutJobsIsAtRest) {
  auto& pool = addPool(1, 4, 20);
  EXPECT_FALSE(governor().setTargets());
  EXPECT_EQ(pool.target(), 4u);
}

TEST_F(PoolGovernorTest, TheTargetFollowsTheJobsUpToTheMost) {
  auto& pool = addPool(1, 4, 20);
  arrive(pool, 8);
  EXPECT_TRUE(governor().setTargets());
  EXPECT_EQ(pool.target(), 8u + 2 + 1);
  arrive(pool, 100);
  governor().setTargets();
  EXPECT_EQ(pool.target(), 20u);
}

TEST_F(PoolGovernorTest, IsSharedInProportionWhereThereIsTooLittle) {
  governor(28);
  auto& busy = addPool(1, 4, 100);
  auto& calm = addPool(1, 4, 100);
  arrive(busy, 80);
  arrive(calm, 20);
  governor().setTargets();
  EXPECT_LE(busy.target() + calm.target(), 28u);
  EXPECT_GT(busy.target(), 3 * calm.target() / 2);
  EXPECT_GT(calm.target(), 4u);
}

TEST_F(PoolGovernorTest, MemoryPressureShrinksToTheMinimumUntilItIsOver) {
  auto& pool = addPool(1, 4, 20);
  arrive(pool, 8);
  setPressure("10.00");
  governor().setTargets();
  EXPECT_EQ(pool.target(), 1u);
  // Below what made it shrink, but not by enough.
  setPressure("6.00");
  governor().setTargets();
  EXPECT_EQ(pool.target(), 1u);
  setPressure("4.99");
  governor().setTargets();
  EXPECT_GT(pool.target(), 4u);
}

TEST_F(PoolGovernorTest, EveryPoolMayStartSomeAndNoneWithoutBound) {
  auto& needy = addPool(1, 4, 20);
  auto& full = addPool(0, 4, 20);
  EXPECT_EQ(governor().startsAllowed(needy), 4u);
  EXPECT_LE(governor().startsAllowed(full), 4u);
  EXPECT_GE(governor().startsAllowed(full), 1u);
}

}  // namespace
}  // namespace brood::supervisor
