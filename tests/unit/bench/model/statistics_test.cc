#include "bench/model/statistics.h"

#include <gtest/gtest.h>
#include <kj/exception.h>

#include <numeric>

namespace brood::bench {
namespace {

std::vector<uint64_t> oneTo(uint64_t last) {
  std::vector<uint64_t> values(last);
  std::iota(values.begin(), values.end(), 1);
  return values;
}

TEST(NearestRankTest, IsAlwaysOneOfTheSamples) {
  EXPECT_EQ(nearestRank({10, 20, 30, 40}, 500), 20u);
  EXPECT_EQ(nearestRank({10, 20, 30, 40}, 501), 30u);
  EXPECT_EQ(nearestRank({10, 20, 30, 40}, 750), 30u);
  EXPECT_EQ(nearestRank({10, 20, 30, 40}, 751), 40u);
}

TEST(NearestRankTest, HasBothEnds) {
  EXPECT_EQ(nearestRank({10, 20, 30}, 0), 10u);
  EXPECT_EQ(nearestRank({10, 20, 30}, 1'000), 30u);
  EXPECT_EQ(nearestRank({7}, 500), 7u);
}

TEST(NearestRankTest, RefusesWhatHasNoAnswer) {
  EXPECT_THROW(nearestRank({}, 500), kj::Exception);
  EXPECT_THROW(nearestRank({1}, 1'001), kj::Exception);
}

TEST(SummaryTest, SummarizesAThousand) {
  Summary summary = summarize(oneTo(1'000));
  EXPECT_EQ(summary.count, 1'000u);
  EXPECT_EQ(summary.min, 1u);
  EXPECT_EQ(summary.p50, 500u);
  EXPECT_EQ(summary.p90, 900u);
  EXPECT_EQ(summary.p99, 990u);
  EXPECT_EQ(summary.max, 1'000u);
}

TEST(SummaryTest, DoesNotCareAboutOrder) {
  Summary summary = summarize({5, 1, 4, 2, 3});
  EXPECT_EQ(summary.min, 1u);
  EXPECT_EQ(summary.p50, 3u);
  EXPECT_EQ(summary.max, 5u);
}

TEST(SummaryTest, OneOutlierIsTheMaximumAndNotThe99th) {
  auto samples = oneTo(100);
  samples.back() = 1'000'000;
  Summary summary = summarize(samples);
  EXPECT_EQ(summary.p99, 99u);
  EXPECT_EQ(summary.max, 1'000'000u);
}

TEST(SummaryTest, SummarizesNothing) {
  Summary summary = summarize({});
  EXPECT_EQ(summary.count, 0u);
  EXPECT_EQ(summary.max, 0u);
}

TEST(RatioTest, DividesMedians) {
  EXPECT_DOUBLE_EQ(ratioOfMedians(summarize({1, 30, 100}), summarize({20})), 1.5);
  EXPECT_DOUBLE_EQ(ratioOfMedians(summarize({}), summarize({20})), 0);
  EXPECT_DOUBLE_EQ(ratioOfMedians(summarize({20}), summarize({})), 0);
}

}  // namespace
}  // namespace brood::bench
