#include "bench/report/text_table.h"

#include <gtest/gtest.h>

namespace brood::bench {
namespace {

TEST(NumberTextTest, GroupsThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000), "1,000");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
}

TEST(NumberTextTest, KeepsThreeDigits) {
  EXPECT_EQ(threeDigits(0), "0.00");
  EXPECT_EQ(threeDigits(9.994), "9.99");
  EXPECT_EQ(threeDigits(9.996), "10.0");
  EXPECT_EQ(threeDigits(99.94), "99.9");
  EXPECT_EQ(threeDigits(99.96), "100");
  EXPECT_EQ(threeDigits(1'234.4), "1,234");
  EXPECT_EQ(threeDigits(-250), "-250");
  EXPECT_EQ(microsText(8'310), "8.31");
  EXPECT_EQ(microsText(1'234'567'890), "1,234,568");
}

TEST(NumberTableTest, AlignsNumbersToTheRight) {
  EXPECT_EQ(numberTable({{"what", "p50"}, {"a", "1"}, {"long name", "1,000"}}),
            "what         p50\n"
            "a              1\n"
            "long name  1,000\n");
}

TEST(NumberTableTest, CountsCharactersNotBytes) {
  EXPECT_EQ(numberTable({{"a÷b", "µs"}, {"abc", "10"}}),
            "a÷b  µs\n"
            "abc  10\n");
}

TEST(NumberTableTest, AHeadingWidensNothing) {
  EXPECT_EQ(numberTable({{"a heading of many words"}, {"x", "1"}}),
            "a heading of many words\n"
            "x  1\n");
}

}  // namespace
}  // namespace brood::bench
