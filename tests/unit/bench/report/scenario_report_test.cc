#include "bench/report/scenario_report.h"

#include <gtest/gtest.h>

namespace brood::bench {
namespace {

SizePoint sizePoint(const std::string& part, const std::string& transport, size_t bytes,
                    uint64_t nanos) {
  SizePoint point;
  point.part = part;
  point.transport = transport;
  point.bytes = bytes;
  point.series.nanos = {nanos};
  return point;
}

TEST(ScenarioReport, NoMeasurementsGiveNoText) {
  EXPECT_TRUE(sizesText({}).empty());
  EXPECT_TRUE(burstsText({}).empty());
  EXPECT_TRUE(flatText({}).empty());
  EXPECT_TRUE(scenarioRemarks({}).empty());
}

TEST(ScenarioReport, SizesHaveBothTransportsInOneRow) {
  Measurements measurements;
  measurements.sizes = {
      sizePoint("code", "RPC", 1 << 10, 500'000), sizePoint("code", "RPC", 8 << 20, 90'000'000),
      sizePoint("code", "HTTP", 1 << 10, 700'000), sizePoint("code", "HTTP", 8 << 20, 95'000'000)};
  const std::string text = sizesText(measurements);
  EXPECT_NE(text.find("1 KB     1      500"), std::string::npos) << text;
  EXPECT_NE(text.find("8 MB     1   90,000  90,000    95,000  95,000"), std::string::npos) << text;
}

TEST(ScenarioReport, BurstsSayWhenAllWereAnsweredAndWhenThePoolWasFull) {
  Measurements measurements;
  BurstPoint point;
  point.jobs = 64;
  point.nanos = {1'000'000, 5'000'000, 9'000'000};
  point.answeredNanos = {9'000'000};
  point.refilledNanos = {70'000'000};
  point.hot = 3;
  measurements.bursts = {point};
  const std::string text = burstsText(measurements);
  EXPECT_NE(text.find("64 jobs"), std::string::npos);
  EXPECT_NE(text.find("9.00"), std::string::npos);
  EXPECT_NE(text.find("70.0"), std::string::npos);
}

TEST(ScenarioReport, ShowsTheDifferenceAfterManyJobs) {
  Measurements measurements;
  measurements.flat.emplace();
  measurements.flat->jobs = 1'000;
  measurements.flat->before.processes = 30;
  measurements.flat->after.processes = 33;
  measurements.flat->before.residentKib = 2'000;
  measurements.flat->after.residentKib = 1'500;
  const std::string text = flatText(measurements);
  EXPECT_NE(text.find("AFTER 1,000 JOBS"), std::string::npos);
  EXPECT_NE(text.find("-500"), std::string::npos) << text;
}

TEST(ScenarioReport, NamesWhatFailedAndWhatWasNotMeasured) {
  Measurements measurements;
  auto point = sizePoint("file", "HTTP", 1 << 20, 1);
  point.series.failures = 2;
  point.series.firstProblem = "HTTP 413";
  measurements.sizes = {point};
  measurements.leftOut = {"pools", "flat"};
  const std::string text = scenarioRemarks(measurements);
  EXPECT_NE(text.find("file of 1 MB, HTTP: 2 FAILED, the first with: HTTP 413"), std::string::npos);
  EXPECT_NE(text.find("not measured: pools flat"), std::string::npos);
  EXPECT_EQ(measurements.failures(), 2u);
}

}  // namespace
}  // namespace brood::bench
