#include "supervisor/pools/pool_pair.h"

#include <gtest/gtest.h>

#include "rpc/loop/uv_io.h"
#include "tests/unit/supervisor/pools/played_pool.h"

namespace brood::supervisor {
namespace {

class PoolPairTest : public testing::Test {
 protected:
  ~PoolPairTest() noexcept override = default;

  UvAsyncIo io_;
  kj::TimerImpl timer_{kj::origin<kj::TimePoint>()};
  StillZygote zygote_;
  PlayedLauncher plain_, outbound_;
  PoolGovernor governor_{timer_, 1000, MemoryPressure(0, "/nowhere", "/nowhere")};
  const ProfileConfig config_ = PlayedPool::configOf(2);
};

TEST_F(PoolPairTest, WithoutALauncherForNetworkThereIsOne) {
  PoolPair pools(timer_, zygote_, Launchers(plain_), governor_, config_);
  EXPECT_EQ(pools.all().size(), 1u);
  EXPECT_EQ(&pools.usual(), &pools.of(false));
  pools.refill();
  io_.waitScope().poll();
  EXPECT_EQ(plain_.launches.size(), 2u);
}

TEST_F(PoolPairTest, WhatAUsualJobNeedsIsKeptReady) {
  PoolPair pools(timer_, zygote_, Launchers(plain_, &outbound_, true), governor_, config_);
  EXPECT_EQ(&pools.usual(), &pools.of(true));
  pools.refill();
  io_.waitScope().poll();
  EXPECT_EQ(outbound_.launches.size(), 2u);
  EXPECT_TRUE(plain_.launches.empty()) << "nobody has asked for one";
  auto waiting = pools.of(false).acquire(nullptr);
  io_.waitScope().poll();
  EXPECT_EQ(plain_.launches.size(), 1u);
}

}  // namespace
}  // namespace brood::supervisor
