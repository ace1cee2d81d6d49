#include "recorder/exports/back_off.h"

#include <gtest/gtest.h>

namespace brood::recorder {
namespace {

using Millis = BackOff::Millis;

TEST(BackOffTest, DoublesUpToTheLongest) {
  BackOff backOff(Millis(100), Millis(1000), 1);
  for (const int most : {100, 200, 400, 800, 1000, 1000}) {
    const auto wait = backOff.afterFailure();
    EXPECT_LE(wait.count(), most);
    EXPECT_GE(wait.count(), most / 2);
  }
}

TEST(BackOffTest, BeginsAnewAfterASuccess) {
  BackOff backOff(Millis(100), Millis(1000), 1);
  for (int i = 0; i < 5; ++i) backOff.afterFailure();
  backOff.afterSuccess();
  EXPECT_LE(backOff.afterFailure().count(), 100);
}

TEST(BackOffTest, WaitsAsLongAsItIsAsked) {
  BackOff backOff(Millis(100), Millis(1000), 1);
  EXPECT_EQ(backOff.afterFailure(Millis(5000)).count(), 5000);
  EXPECT_EQ(backOff.afterFailure(std::chrono::hours(1000)), std::chrono::hours(1));
  EXPECT_GE(backOff.afterFailure(Millis(1)).count(), 200);
}

TEST(BackOffTest, TwoDoNotComeTogether) {
  BackOff one(Millis(1000), Millis(1000), 1), other(Millis(1000), Millis(1000), 2);
  int together = 0;
  for (int i = 0; i < 100; ++i) together += one.afterFailure() == other.afterFailure();
  EXPECT_LT(together, 10);
}

}  // namespace
}  // namespace brood::recorder
