#include "supervisor/pools/pool_demand.h"

#include <gtest/gtest.h>

namespace brood::supervisor {
namespace {

constexpr auto kStart = kj::origin<kj::TimePoint>() + 1000 * kj::SECONDS;

void arrive(PoolDemand& demand, kj::TimePoint from, kj::Duration every, int count) {
  for (int i = 0; i < count; ++i) demand.noteArrival(from + every * i);
}

TEST(PoolDemand, IsNothingWithoutJobs) {
  PoolDemand demand;
  EXPECT_EQ(demand.wanted(kStart), 0u);
}

TEST(PoolDemand, IsTheBusiestRefillTimeAndAQuarter) {
  PoolDemand demand;
  // A refill takes less than a tenth of a second, in which twenty came at once.
  arrive(demand, kStart, 0 * kj::SECONDS, 20);
  arrive(demand, kStart + 2 * kj::SECONDS, 100 * kj::MILLISECONDS, 30);
  EXPECT_EQ(demand.wanted(kStart + 6 * kj::SECONDS), 20u + 5 + 1);
}

TEST(PoolDemand, GrowsWithTheTimeARefillTakes) {
  PoolDemand demand;
  arrive(demand, kStart, 10 * kj::MILLISECONDS, 300);
  const auto now = kStart + 3 * kj::SECONDS;
  const uint32_t quick = demand.wanted(now);
  for (int i = 0; i < 100; ++i) demand.noteRefill(950 * kj::MILLISECONDS);
  EXPECT_GT(demand.wanted(now), 8 * quick);
}

TEST(PoolDemand, OneSlowRefillSaysLittle) {
  PoolDemand demand;
  demand.noteRefill(450 * kj::MILLISECONDS);
  EXPECT_EQ(demand.refillTime(), 100 * kj::MILLISECONDS);
}

TEST(PoolDemand, IsForgottenAfterAMinute) {
  PoolDemand demand;
  arrive(demand, kStart, 0 * kj::SECONDS, 20);
  EXPECT_EQ(demand.wanted(kStart + 59 * kj::SECONDS), 26u);
  EXPECT_EQ(demand.wanted(kStart + 61 * kj::SECONDS), 0u);
}

TEST(PoolDemand, ALongSilenceForgetsAll) {
  PoolDemand demand;
  arrive(demand, kStart, 90 * kj::MILLISECONDS, 600);
  const auto later = kStart + 5000 * kj::SECONDS;
  demand.noteArrival(later);
  EXPECT_EQ(demand.wanted(later), 2u);
}

}  // namespace
}  // namespace brood::supervisor
