#include "config/quantities.h"

#include <gtest/gtest.h>

namespace brood {
namespace {

struct Good {
  const char* text;
  uint64_t value;
};

struct Bad {
  const char* text;
  const char* problem;  // How it starts.
};

TEST(Quantities, ReadsWhatKubernetesWrites) {
  for (auto [text, value] : {
           Good{"0", 0},
           Good{"1", 1},
           Good{"+7", 7},
           Good{"2Gi", 2ull << 30},
           Good{"512Mi", 512ull << 20},
           Good{"1.5Gi", 3ull << 29},
           Good{".5Ki", 512},
           Good{"5.Ki", 5120},
           Good{"1e3", 1000},
           Good{"1E3", 1000},
           Good{"1e+3", 1000},
           Good{"15e-1", 2},
           Good{"1k", 1000},
           Good{"3M", 3'000'000},
           Good{"1E", 1'000'000'000'000'000'000},
           Good{"15Ei", 15ull << 60},
           Good{"1000m", 1},
           Good{"1500m", 2},
           Good{"1u", 1},
           Good{"0n", 0},
           Good{"0.1Gi", 107'374'183},
           Good{"0000000000000000000000000000000000000000000000001", 1},
           Good{"18446744073709551615", UINT64_MAX},
       }) {
    auto parsed = parseQuantity(text);
    ASSERT_TRUE(parsed.value) << text << " " << parsed.problem;
    EXPECT_EQ(*parsed.value, value) << text;
  }
}

TEST(Quantities, RefusesTheRestWithAReason) {
  for (auto [text, problem] : {
           Bad{"", "is not a quantity"},
           Bad{"+", "is not a quantity"},
           Bad{".", "is not a quantity"},
           Bad{"Gi", "is not a quantity"},
           Bad{"12Q", "is not a quantity"},
           Bad{"12 Mi", "is not a quantity"},
           Bad{" 12", "is not a quantity"},
           Bad{"12mi", "is not a quantity"},
           Bad{"12MiB", "is not a quantity"},
           Bad{"1.2.3", "is not a quantity"},
           Bad{"1e", "is not a quantity"},
           Bad{"1ee3", "is not a quantity"},
           Bad{"1e3Mi", "is not a quantity"},
           Bad{"0x10", "is not a quantity"},
           Bad{"-1", "must not be negative"},
           Bad{"16Ei", "is too large"},
           Bad{"18446744073709551616", "is too large"},
           Bad{"1e20", "is too large"},
           Bad{"1e99", "is too large"},
           Bad{"1e99999999999999999999", "is too large"},
           Bad{"9999999999999999999999999999999999999999", "has too many digits"},
       }) {
    auto parsed = parseQuantity(text);
    EXPECT_FALSE(parsed.value) << text;
    EXPECT_TRUE(parsed.problem.starts_with(problem)) << text << " " << parsed.problem;
  }
}

TEST(Quantities, CountsCoresInThousandths) {
  for (auto [text, value] : {Good{"1000m", 1000}, Good{"2", 2000}, Good{"0.5", 500},
                             Good{"250m", 250}, Good{"1u", 1}, Good{"1.2345", 1235}}) {
    EXPECT_EQ(parseMilliQuantity(text).value, value) << text;
  }
  EXPECT_FALSE(parseMilliQuantity("18446744073709551615").value);
}

TEST(Counts, AreDigitsAndNothingElse) {
  EXPECT_EQ(parseCount("18446744073709551615").value, UINT64_MAX);
  for (auto [text, problem] : {Bad{"", "is not a whole number"}, Bad{"-", "is not a whole number"},
                               Bad{"-3", "must not be negative"}, Bad{"+3", "is not a whole"},
                               Bad{"3.0", "is not a whole"}, Bad{"64Mi", "is not a whole"},
                               Bad{"18446744073709551616", "is too large"}}) {
    auto parsed = parseCount(text);
    EXPECT_FALSE(parsed.value) << text;
    EXPECT_TRUE(parsed.problem.starts_with(problem)) << text << " " << parsed.problem;
  }
}

TEST(Durations, AreExactAndRoundedUpToAMillisecond) {
  for (auto [text, value] : {
           Good{"300s", 300'000},
           Good{"5m", 300'000},
           Good{"1500ms", 1'500},
           Good{"1.5s", 1'500},
           Good{"1h30m", 5'400'000},
           Good{"1m0.5s", 60'500},
           Good{"500us", 1},
           Good{"600us600us", 2},
           Good{"0s", 0},
           Good{"18446744073709551615ms", UINT64_MAX},
       }) {
    auto parsed = parseDurationMs(text, 1'000);
    ASSERT_TRUE(parsed.value) << text << " " << parsed.problem;
    EXPECT_EQ(*parsed.value, value) << text;
  }
}

TEST(Durations, TakeTheirPlainUnitFromTheCaller) {
  EXPECT_EQ(parseDurationMs("300", 1'000).value, 300'000u);
  EXPECT_EQ(parseDurationMs("300", 1).value, 300u);
}

TEST(Durations, RefuseTheRestWithAReason) {
  for (auto [text, problem] : {
           Bad{"", "is not a duration"},
           Bad{"s", "is not a duration"},
           Bad{"5 m", "is not a duration"},
           Bad{"5m3", "is not a duration"},
           Bad{"5d", "is not a duration"},
           Bad{"1e3s", "is not a duration"},
           Bad{"-5s", "must not be negative"},
           Bad{"99999999999999999999h", "is too large"},
           Bad{"18446744073709551616ms", "is too large"},
       }) {
    auto parsed = parseDurationMs(text, 1'000);
    EXPECT_FALSE(parsed.value) << text;
    EXPECT_TRUE(parsed.problem.starts_with(problem)) << text << " " << parsed.problem;
  }
}

}  // namespace
}  // namespace brood
