#include "bench/report/json_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace brood::bench {
namespace {

LatencySeries seriesOf(const std::string& key, std::vector<uint64_t> nanos) {
  LatencySeries series;
  series.key = key;
  series.title = "the title of " + key;
  series.nanos = std::move(nanos);
  return series;
}

TEST(JsonReport, HasEverySeriesInMicroseconds) {
  Measurements measurements;
  measurements.latency = {seriesOf("rpc_hot", {1'000, 2'000, 6'000})};
  measurements.leftOut = {"flat"};
  const auto json = nlohmann::json::parse(jsonReport(measurements));
  const auto& hot = json["latency"]["rpc_hot"];
  EXPECT_EQ(hot["title"], "the title of rpc_hot");
  EXPECT_EQ(hot["us"]["p50"], 2.0);
  EXPECT_EQ(hot["us"]["max"], 6.0);
  EXPECT_EQ(hot["samples_us"], (nlohmann::json{1.0, 2.0, 6.0}));
  EXPECT_EQ(json["left_out"], nlohmann::json{"flat"});
  EXPECT_EQ(json["flat"], nullptr);
}

TEST(JsonReport, HasTheRatiosOfSessions) {
  Measurements measurements;
  measurements.latency = {
      seriesOf("session_round_trip", {100}),     seriesOf("session_cell", {600}),
      seriesOf("session_running_python", {200}), seriesOf("session_open", {900}),
      seriesOf("session_job_alone", {300}),      seriesOf("session_job_beside", {330})};
  const auto ratios = nlohmann::json::parse(jsonReport(measurements))["ratios"];
  EXPECT_DOUBLE_EQ(ratios["session_cell_to_possible"], 2.0);
  EXPECT_DOUBLE_EQ(ratios["session_open_to_job"], 3.0);
  EXPECT_DOUBLE_EQ(ratios["session_beside_to_alone"], 1.1);
}

TEST(JsonReport, AProblemThatIsNoTextIsReportedAllTheSame) {
  Measurements measurements;
  measurements.latency = {seriesOf("rpc_hot", {1'000})};
  measurements.latency[0].failures = 1;
  measurements.latency[0].firstProblem = "printed \xff";
  const auto json = nlohmann::json::parse(jsonReport(measurements));
  EXPECT_EQ(json["latency"]["rpc_hot"]["failures"], 1);
  EXPECT_EQ(json["failures"], 1);
}

}  // namespace
}  // namespace brood::bench
