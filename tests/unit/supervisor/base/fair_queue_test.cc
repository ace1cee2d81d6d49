#include "supervisor/base/fair_queue.h"

#include <gtest/gtest.h>

namespace brood::supervisor {
namespace {

// Jobs are numbers here; a tenant's begin with its own hundred.
class FairQueueTest : public testing::Test {
 protected:
  void push(const std::string& name, int job) {
    auto& tenant = queue_.tenant(name);
    places_[job] = {&tenant, queue_.push(tenant, job)};
  }
  // Starts the next job, which ends at once, having taken so long.
  int run(uint64_t micros = 10'000) {
    const auto job = start();
    if (job != 0) end(job, micros);
    return job;
  }
  int start() {
    const auto job = queue_.next();
    if (!job) return 0;
    auto [tenant, place] = places_.at(*job);
    ++tenant->running;
    queue_.erase(*tenant, place);
    return *job;
  }
  void end(int job, uint64_t micros = 10'000) {
    auto& tenant = *places_.at(job).first;
    --tenant.running;
    queue_.noteEnd(tenant, micros);
  }

  FairQueue<int> queue_;
  std::map<int, std::pair<FairQueue<int>::Tenant*, FairQueue<int>::Place>> places_;
};

TEST_F(FairQueueTest, OneTenantsJobsGoInTheirOrder) {
  for (int job = 1; job <= 5; ++job) push("", job);
  for (int job = 1; job <= 5; ++job) EXPECT_EQ(run(), job);
  EXPECT_EQ(run(), 0);
}

TEST_F(FairQueueTest, TenantsTakeTurns) {
  for (int job = 101; job <= 103; ++job) push("a", job);
  for (int job = 201; job <= 203; ++job) push("b", job);
  push("", 1);
  std::vector<int> order;
  for (int i = 0; i < 7; ++i) order.push_back(run());
  EXPECT_EQ(order, (std::vector<int>{101, 201, 1, 102, 202, 103, 203}));
}

// A single job is the next one, whatever came before.
TEST_F(FairQueueTest, ABurstOfTenThousandLeavesASingleJobItsTurn) {
  for (int job = 0; job < 10'000; ++job) push("burst", 100'000 + job);
  EXPECT_EQ(run(), 100'000);
  push("single", 1);
  EXPECT_EQ(run(), 1);
  EXPECT_EQ(run(), 100'001);
}

TEST_F(FairQueueTest, ShortJobsAreAsManyAsALongOneIsLong) {
  for (int job = 101; job <= 140; ++job) push("long", job);
  for (int job = 1001; job <= 1999; ++job) push("short", job);
  std::map<char, uint64_t> taken;
  // Until the costs are known, and then for a while.
  for (int i = 0; i < 400; ++i) {
    const int job = start();
    const bool isLong = job < 1000;
    if (i >= 100) taken[isLong ? 'l' : 's'] += isLong ? 100'000 : 10'000;
    end(job, isLong ? 100'000 : 10'000);
  }
  const double ratio = static_cast<double>(taken['l']) / static_cast<double>(taken['s']);
  EXPECT_GT(ratio, 0.8);
  EXPECT_LT(ratio, 1.25);
}

TEST_F(FairQueueTest, ATenantAtItsLimitIsPassedOver) {
  queue_.tenant("a").mostRunning = 1;
  push("a", 101);
  push("a", 102);
  push("b", 201);
  push("b", 202);
  EXPECT_EQ(start(), 101);
  EXPECT_EQ(start(), 201);
  EXPECT_EQ(start(), 202);
  EXPECT_EQ(start(), 0);
  EXPECT_EQ(queue_.size(), 1u);
  end(101);
  EXPECT_EQ(start(), 102);
}

TEST_F(FairQueueTest, TheLongestQueueGivesWay) {
  push("a", 101);
  push("a", 102);
  push("a", 103);
  push("b", 201);
  EXPECT_EQ(queue_.lastOfLongest(queue_.tenant("b")), 103);
  EXPECT_EQ(queue_.lastOfLongest(queue_.tenant("c")), 103);
  EXPECT_EQ(queue_.lastOfLongest(queue_.tenant("a")), std::nullopt);
  push("b", 202);
  EXPECT_EQ(queue_.lastOfLongest(queue_.tenant("b")), std::nullopt);
}

TEST_F(FairQueueTest, ForgetsTenantsThatHaveNothing) {
  for (int i = 0; i < 100; ++i) push("t" + std::to_string(i), 1000 + i);
  EXPECT_EQ(queue_.tenants(), 100u);
  while (run() != 0) {
  }
  EXPECT_EQ(queue_.tenants(), 0u);
  queue_.release(queue_.tenant("asked"));
  EXPECT_EQ(queue_.tenants(), 0u);
}

TEST_F(FairQueueTest, WhoeverLeavesTheQueueIsNotNext) {
  push("a", 101);
  push("a", 102);
  auto [tenant, place] = places_.at(101);
  queue_.erase(*tenant, place);
  EXPECT_EQ(run(), 102);
  EXPECT_EQ(queue_.any(), std::nullopt);
}

}  // namespace
}  // namespace brood::supervisor
