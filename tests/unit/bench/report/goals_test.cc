#include "bench/report/goals.h"

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

TEST(GoalsTest, NoMeasurementsGiveNoGoals) { EXPECT_TRUE(goalsOf({}).empty()); }

TEST(GoalsTest, AreRatiosToWhatTheMachineNeeds) {
  Measurements measurements;
  measurements.cpus = 2;
  measurements.latency = {series("ping_pong", {40'000}),      series("in_process", {10'000}),
                          series("ping_pong_once", {41'000}), series("in_process_once", {59'000}),
                          series("rpc_hot", {100'000}),       series("rpc_warm", {1'640'000}),
                          series("rpc_cold", {6'000'000}),    series("equal_fork", {1'000'000})};
  ThroughputPoint point;
  point.seconds = 1;
  point.nanos.assign(1'000, 1);
  measurements.throughput = {point};
  const auto found = goals(measurements);
  EXPECT_DOUBLE_EQ(found.at("hot_to_possible").value, 2);
  EXPECT_TRUE(found.at("hot_to_possible").isMet());
  EXPECT_DOUBLE_EQ(found.at("hot_to_possible_once").value, 1);
  EXPECT_NEAR(found.at("warm_to_fork").value, 1.577, 0.001);
  EXPECT_FALSE(found.at("warm_to_fork").isMet());
  // 500 jobs per second on each CPU, of 1,000 forks.
  EXPECT_DOUBLE_EQ(found.at("rate_to_forks").value, 0.5);
  EXPECT_FALSE(found.at("rate_to_forks").isMet()) << "a lower bound";
  EXPECT_DOUBLE_EQ(found.at("cold_to_hot").value, 60);
  EXPECT_TRUE(found.at("cold_to_hot").isMet());
  EXPECT_FALSE(found.contains("isolation_tax"));
}

TEST(GoalsTest, ComparesVariants) {
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

TEST(GoalsTest, HaveTheirFloorAndTheLeastThatIsAccepted) {
  Measurements measurements;
  measurements.latency = {series("ping_pong_once", {30'000}), series("in_process_once", {10'000}),
                          series("rpc_hot", {100'000})};
  const auto found = goals(measurements);
  const Goal& hot = found.at("hot_to_possible_once");
  EXPECT_EQ(hot.floor, "40.0 µs");
  EXPECT_EQ(hot.number, 1);
  EXPECT_FALSE(hot.isMet());
  EXPECT_TRUE(hot.isAccepted()) << "2.5 is no more than 3";
}

TEST(GoalsTest, PandasIsMeasuredWithAndWithoutATypicalJob) {
  Measurements measurements;
  measurements.latency = {series("pandas_cold", {400'000'000}), series("pandas_hot", {4'000'000}),
                          series("pandas_typical_hot", {1'000'000})};
  const auto found = goals(measurements);
  EXPECT_DOUBLE_EQ(found.at("pandas_cold_to_hot").value, 100);
  EXPECT_FALSE(found.at("pandas_cold_to_hot").isAccepted());
  EXPECT_FALSE(found.contains("series_cold_to_hot")) << "was not measured";
  EXPECT_DOUBLE_EQ(found.at("pandas_cold_to_typical_hot").value, 400);
  EXPECT_TRUE(found.at("pandas_cold_to_typical_hot").isAccepted());
}

TEST(GoalsTest, FlatIsNothingMoreOfAnyKind) {
  Measurements measurements;
  measurements.flat.emplace();
  auto& flat = *measurements.flat;
  flat.jobs = 100'000;
  flat.before = {30, 15, 70, 120, 400, 60'000, 50'000};
  flat.after = flat.before;
  flat.after.descriptors -= 1;
  flat.after.slabKib += 1'000;
  auto found = goals(measurements);
  EXPECT_EQ(found.at("flat_counts").number, 10);
  EXPECT_TRUE(found.at("flat_counts").isMet());
  EXPECT_NEAR(found.at("flat_slab").value, 10.24, 1e-9);
  EXPECT_TRUE(found.at("flat_slab").isMet());
  // One of a kind more is not made up for by one less of another.
  flat.after.cgroups += 1;
  flat.after.residentKib += 10'000;
  found = goals(measurements);
  EXPECT_DOUBLE_EQ(found.at("flat_counts").value, 1);
  EXPECT_FALSE(found.at("flat_counts").isMet());
  EXPECT_FALSE(found.at("flat_resident").isMet());
  flat.jobs = 1'000;
  EXPECT_FALSE(goals(measurements).contains("flat_slab"))
      << "of so few jobs it does not stand out from the rest of the machine";
}

}  // namespace
}  // namespace brood::bench
