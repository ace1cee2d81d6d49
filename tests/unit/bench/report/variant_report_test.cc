#include "bench/report/variant_report.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace brood::bench {
namespace {

VariantFigures variant(const std::string& group, const std::string& title, uint64_t hotNanos) {
  VariantFigures result;
  result.group = group;
  result.title = title;
  result.hot.nanos = {hotNanos};
  result.load.seconds = 2;
  result.load.nanos = {1, 1, 1, 1};
  result.busyMicros = 12'000;
  return result;
}

TEST(VariantReportTest, ComparesWithTheFirst) {
  Measurements measurements;
  EXPECT_EQ(variantsText(measurements), "");
  measurements.variants = {variant("", "as by default", 100'000),
                           variant("layers", "none", 50'000)};
  const std::string text = variantsText(measurements);
  EXPECT_NE(text.find("\nlayers\n"), text.npos) << text;
  const std::string row = text.substr(text.find("  none"));
  // hot, against the default, warm, jobs/s, CPU ms/job, against the default; nobody could look.
  EXPECT_EQ(std::count(row.begin(), row.end(), '-'), 5) << row;
  EXPECT_NE(row.find("50.0"), row.npos) << row;
  EXPECT_NE(row.find("0.50"), row.npos) << row;
  EXPECT_NE(row.find("3.00"), row.npos) << row;
}

TEST(VariantReportTest, NamesWhatFailed) {
  Measurements measurements;
  measurements.variants = {variant("", "as by default", 100'000)};
  EXPECT_EQ(variantRemarks(measurements), "");
  measurements.variants[0].load.failures = 3;
  measurements.variants[0].load.firstProblem = "no answer";
  EXPECT_NE(variantRemarks(measurements).find("under load: 3 FAILED, the first with: no answer"),
            std::string::npos);
}

}  // namespace
}  // namespace brood::bench
