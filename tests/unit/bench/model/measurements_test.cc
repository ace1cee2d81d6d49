#include "bench/model/measurements.h"

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

std::map<std::string, double> ratios(const Measurements& measurements) {
  std::map<std::string, double> result;
  for (const auto& ratio : ratiosOf(measurements)) result[ratio.key] = ratio.value;
  return result;
}

TEST(RatiosTest, AreOfMedians) {
  Measurements measurements;
  measurements.latency = {
      series("ping_pong", {40'000}),      series("ping_pong_once", {41'000}),
      series("in_process_once", {9'000}), series("rpc_hot", {90'000, 100'000, 900'000}),
      series("http_hot", {150'000}),      series("http_get", {25'000}),
      series("native", {15'000'000})};
  auto found = ratios(measurements);
  EXPECT_DOUBLE_EQ(found["hot_to_ping_pong"], 2.5);
  EXPECT_DOUBLE_EQ(found["hot_to_possible"], 2);
  EXPECT_DOUBLE_EQ(found["hot_p99_to_p50"], 9);
  EXPECT_DOUBLE_EQ(found["native_to_hot"], 150);
  EXPECT_DOUBLE_EQ(found["http_extra_us"], 50);
  EXPECT_DOUBLE_EQ(found["http_extra_to_echo"], 2);
}

TEST(RatiosTest, AreLeftOutWhereSomethingWasNotMeasured) {
  Measurements measurements;
  measurements.latency = {series("rpc_hot", {100'000}), series("native", {}),
                          series("ping_pong", {50'000})};
  auto found = ratios(measurements);
  EXPECT_EQ(found.count("native_to_hot"), 0u);
  EXPECT_EQ(found.count("hot_to_possible"), 0u);
  EXPECT_EQ(found.count("hot_to_ping_pong"), 1u);
}

TEST(MeasurementsTest, CountsFailuresOfAllParts) {
  Measurements measurements;
  measurements.latency.resize(2);
  measurements.latency[1].failures = 3;
  measurements.throughput.resize(1);
  measurements.throughput[0].failures = 4;
  measurements.languages.resize(1);
  measurements.languages[0].native.failures = 5;
  measurements.languages[0].load.failures = 6;
  EXPECT_EQ(measurements.failures(), 18u);
}

}  // namespace
}  // namespace brood::bench
