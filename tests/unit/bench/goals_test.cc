#include "bench/harness/goals.h"

#include <gtest/gtest.h>

#include <map>

namespace brood::bench {
namespace {

LatencySeries series(const std::string& key, std::vector<uint64_t> nanos) {
  LatencySeries result;
  result.key = key;
  result.nanos = std::move(nanos);
  return result;
}

VariantFigures variant(const std::string& group, const std::string& key, uint64_t hot) {
  VariantFigures result;
  result.group = group;
  result.key = key;
  result.hot = series("hot", {hot});
  return result;
}

std::map<std::string, Goal> goals(const Measurements& measurements) {
  std::map<std::string, Goal> result;
  for (const auto& goal : goalsOf(measurements)) result.emplace(goal.key, goal);
  return result;
}

TEST(GoalsTest, OfNothingAreNone) { EXPECT_TRUE(goalsOf({}).empty()); }

TEST(GoalsTest, AreRatiosToWhatTheMachineNeeds) {
  Measurements measurements;
  measurements.cpus = 2;
  measurements.latency = {series("ping_pong", {40'000}),   series("in_process", {10'000}),
                          series("rpc_hot", {100'000}),    series("rpc_warm", {1'640'000}),
                          series("rpc_cold", {6'000'000}), series("equal_fork", {1'000'000})};
  ThroughputPoint point;
  point.seconds = 1;
  point.nanos.assign(1'000, 1);
  measurements.throughput = {point};
  const auto found = goals(measurements);
  EXPECT_DOUBLE_EQ(found.at("hot_to_possible").value, 2);
  EXPECT_TRUE(found.at("hot_to_possible").isMet());
  EXPECT_NEAR(found.at("warm_to_fork").value, 1.577, 0.001);
  EXPECT_FALSE(found.at("warm_to_fork").isMet());
  // 500 jobs per second on each CPU, of 1,000 forks.
  EXPECT_DOUBLE_EQ(found.at("rate_to_forks").value, 0.5);
  EXPECT_FALSE(found.at("rate_to_forks").isMet()) << "a lower bound";
  EXPECT_DOUBLE_EQ(found.at("cold_to_hot").value, 60);
  EXPECT_TRUE(found.at("cold_to_hot").isMet());
  EXPECT_FALSE(found.contains("isolation_tax"));
}

TEST(GoalsTest, OfSystemsThatAreConfiguredOtherwise) {
  Measurements measurements;
  measurements.variants = {variant("", "base", 110'000), variant("layers", "no_sandbox", 100'000),
                           variant("pools", "parked_10", 100'000),
                           variant("pools", "parked_1000", 130'000),
                           variant("techniques", "touch_pages_off", 1)};
  measurements.variants[0].workerKib = 3'000;
  measurements.variants[4].workerKib = 1'000;
  const auto found = goals(measurements);
  EXPECT_NEAR(found.at("isolation_tax").value, 0.1, 1e-9);
  EXPECT_NEAR(found.at("many_parked").value, 1.3, 1e-9);
  EXPECT_NEAR(found.at("idle_worker").value, 3, 1e-9);
}

TEST(GoalsTest, SlopesAreOfTheMedianAgainstTheZygotesSize) {
  Measurements measurements;
  for (uint64_t megabytes : {10, 20, 60}) {
    auto heap = variant("heaps", "heap", 1);
    heap.zygoteKib = megabytes * 1'024;
    heap.warm = series("warm", {5'000'000 + megabytes * 2'000});
    heap.equalFork = series("fork", {100'000 + megabytes * 40'000});
    measurements.variants.push_back(heap);
  }
  EXPECT_NEAR(goals(measurements).at("heap_slope").value, 0.05, 1e-9);
}

}  // namespace
}  // namespace brood::bench
