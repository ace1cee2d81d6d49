#include "bench/report/comparison.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "bench/report/json_report.h"

namespace brood::bench {
namespace {

// Returns 200 samples around `middle`, as wide as a tenth of it.
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

TEST(MedianChange, EqualSamplesHaveNone) {
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

TEST(MedianChange, FewSamplesClaimNoChange) {
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

TEST(RateChange, IsSurerTheMoreJobsThereWere) {
  const auto few = rateChange(50, 100, 50, 120);
  EXPECT_DOUBLE_EQ(few.ratio, 1.2);
  EXPECT_TRUE(few.low < 1 && few.high > 1.2) << "of 50 jobs each a fifth may be chance";
  const auto many = rateChange(5'000, 100, 6'000, 120);
  EXPECT_GT(many.low, 1);
  EXPECT_LT(rateChange(6'000, 120, 5'000, 100).high, 1);
}

TEST(ComparisonText, AlsoOfSizesBurstsAndVariants) {
  auto measuredAll = [](uint64_t middle) {
    auto measurements = measured(middle);
    measurements.sizes.resize(1);
    measurements.sizes[0].part = "code";
    measurements.sizes[0].transport = "HTTP";
    measurements.sizes[0].bytes = 1 << 20;
    measurements.sizes[0].series.nanos = around(middle);
    measurements.bursts.resize(1);
    measurements.bursts[0].jobs = 64;
    measurements.bursts[0].answeredNanos = around(middle);
    measurements.variants.resize(1);
    measurements.variants[0].key = "no_net";
    measurements.variants[0].title = "no network namespace";
    measurements.variants[0].hot.nanos = around(middle);
    measurements.trace.emplace();
    measurements.trace->stages.resize(1);
    measurements.trace->stages[0].title = "usage read";
    measurements.trace->stages[0].nanos = around(middle);
    return measurements;
  };
  const std::string text =
      comparisonText(jsonReport(measuredAll(1'000'000)), measuredAll(1'300'000));
  for (const char* row : {"code of 1,024 KB, HTTP", "burst of 64", "no network namespace, hot",
                          "trace: usage read"}) {
    const size_t at = text.find(row);
    ASSERT_NE(at, text.npos) << text;
    EXPECT_NE(text.substr(at, text.find('\n', at) - at).find("slower"), text.npos) << text;
  }
}

TEST(ComparisonText, ReadsReportsWithoutThem) {
  const std::string older = R"({"latency":{"rpc_hot":{"samples_us":[1000]}},"throughput":[]})";
  EXPECT_NE(comparisonText(older, measured(1'000'000)).find("hot"), std::string::npos);
}

TEST(ComparisonText, RefusesWhatIsNoReport) {
  for (const char* text : {"", "[]", "{}", R"({"latency":{"a":{}},"throughput":[]})",
                           R"({"latency":{"a":{"samples_us":["x"]}},"throughput":[]})"}) {
    EXPECT_THROW(comparisonText(text, measured(1)), std::runtime_error) << text;
  }
}

}  // namespace
}  // namespace brood::bench
