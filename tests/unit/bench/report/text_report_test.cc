#include "bench/report/text_report.h"

#include <gtest/gtest.h>

namespace brood::bench {
namespace {

Measurements twoSeries() {
  Measurements measurements;
  measurements.version = "1.2.3";
  measurements.isolation = "namespaces, cgroup v1";
  LatencySeries hot, opened;
  hot.key = "rpc_hot";
  hot.title = "hot, over RPC";
  hot.group = "JOBS";
  hot.nanos = {250'000};
  opened.key = "session_open";
  opened.title = "opened, with a first cell";
  opened.group = "SESSIONS";
  opened.nanos = {750'000};
  measurements.latency = {hot, opened};
  return measurements;
}

TEST(TextReport, EachGroupHasItsHeadingAndRows) {
  const std::string text = textReport(twoSeries());
  const auto jobs = text.find("JOBS"), hot = text.find("  hot, over RPC"),
             sessions = text.find("SESSIONS"), opened = text.find("  opened, with a first cell");
  ASSERT_NE(opened, std::string::npos) << text;
  EXPECT_LT(jobs, hot);
  EXPECT_LT(hot, sessions);
  EXPECT_LT(sessions, opened);
  EXPECT_NE(text.find("250"), std::string::npos);
  EXPECT_NE(text.find("1.2.3"), std::string::npos);
}

TEST(TextReport, FailuresAreNamed) {
  auto measurements = twoSeries();
  measurements.latency[0].failures = 2;
  measurements.latency[0].firstProblem = "no answer";
  const std::string text = textReport(measurements);
  EXPECT_NE(text.find("no answer"), std::string::npos) << text;
}

TEST(TextReport, ADocumentHasTheComparison) {
  EXPECT_NE(markdownReport(twoSeries(), "slower by 3 %").find("slower by 3 %"), std::string::npos);
}

}  // namespace
}  // namespace brood::bench
