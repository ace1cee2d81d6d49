#include "bench/harness/comparison.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "bench/harness/json_report.h"

namespace brood::bench {
namespace {

// Of 200 samples around `middle`, as wide as a tenth of it.
std::vector<uint64_t> around(uint64_t middle) {
  std::vector<uint64_t> samples;
  for (uint64_t i = 0; i < 200; ++i) samples.push_back(middle * (950 + i * 37 % 101) / 1000);
  return samples;
}

Measurements measured(uint64_t middle) {
  Measurements measurements;
  measurements.latency.resize(1);
  measurements.latency[0].key = "rpc_hot";
  measurements.latency[0].title = "hot";
  measurements.latency[0].nanos = around(middle);
  measurements.throughput.resize(1);
  measurements.throughput[0].transport = "RPC";
  measurements.throughput[0].clients = 4;
  measurements.throughput[0].seconds = 2;
  measurements.throughput[0].nanos = around(middle);
  return measurements;
}

TEST(MedianChange, OfTheSameIsNone) {
  const auto change = medianChange(around(1'000'000), around(1'000'000));
  EXPECT_DOUBLE_EQ(change.ratio, 1);
  EXPECT_FALSE(change.isSlower());
  EXPECT_FALSE(change.isFaster());
  EXPECT_LT(change.high - change.low, 0.1);
}

TEST(MedianChange, SeesAFifth) {
  const auto slower = medianChange(around(1'000'000), around(1'200'000));
  EXPECT_NEAR(slower.ratio, 1.2, 0.01);
  EXPECT_TRUE(slower.isSlower());
  EXPECT_TRUE(slower.low <= slower.ratio && slower.ratio <= slower.high);
  EXPECT_TRUE(medianChange(around(1'200'000), around(1'000'000)).isFaster());
}

TEST(MedianChange, OfFewSamplesIsNotClaimed) {
  EXPECT_FALSE(medianChange({100, 300, 200}, {150, 350, 90}).isSlower());
}

TEST(ComparisonText, IsOfWhatBothHaveMeasured) {
  auto newer = measured(1'200'000);
  newer.latency.push_back(newer.latency[0]);
  newer.latency[1].key = "only_now";
  newer.latency[1].title = "only now";
  const std::string text = comparisonText(jsonReport(measured(1'000'000)), newer);
  EXPECT_NE(text.find("hot"), text.npos) << text;
  EXPECT_NE(text.find("+20.0 %"), text.npos) << text;
  EXPECT_NE(text.find("slower"), text.npos) << text;
  EXPECT_NE(text.find("RPC, 4 clients"), text.npos) << text;
  EXPECT_EQ(text.find("only now"), text.npos) << text;
}

TEST(ComparisonText, RefusesWhatIsNoReport) {
  for (const char* text : {"", "[]", "{}", R"({"latency":{"a":{}},"throughput":[]})",
                           R"({"latency":{"a":{"samples_us":["x"]}},"throughput":[]})"}) {
    EXPECT_THROW(comparisonText(text, measured(1)), std::runtime_error) << text;
  }
}

}  // namespace
}  // namespace brood::bench
