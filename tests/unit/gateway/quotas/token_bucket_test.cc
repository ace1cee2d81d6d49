#include "gateway/quotas/token_bucket.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

constexpr uint64_t kSecond = 1'000'000;

TEST(TokenBucketTest, IsFullAtFirst) {
  TokenBucket bucket(3, 0);
  EXPECT_EQ(bucket.remaining(0), 3u);
  EXPECT_TRUE(bucket.take(0));
  EXPECT_TRUE(bucket.take(0));
  EXPECT_TRUE(bucket.take(0));
  EXPECT_FALSE(bucket.take(0));
}

TEST(TokenBucketTest, FillsEvenly) {
  TokenBucket bucket(60, 0);
  while (bucket.take(0)) {
  }
  EXPECT_EQ(bucket.microsUntilOne(0), kSecond);
  EXPECT_FALSE(bucket.take(kSecond - 1));
  EXPECT_TRUE(bucket.take(kSecond));
  EXPECT_EQ(bucket.microsUntilOne(kSecond), kSecond);
}

TEST(TokenBucketTest, NeverHoldsMoreThanAMinutesWorth) {
  TokenBucket bucket(5, 0);
  EXPECT_EQ(bucket.remaining(UINT64_MAX), 5u);
}

// However often it is looked at, rounding makes and loses nothing.
TEST(TokenBucketTest, IsExactOverManyLooks) {
  TokenBucket bucket(7, 0);
  uint64_t taken = 0;
  for (uint64_t now = 0; now < 600 * kSecond; now += 999) {
    if (bucket.take(now)) ++taken;
  }
  EXPECT_EQ(taken, 7u + 69);  // A burst of 7, then 7 a minute for almost ten minutes.
}

TEST(TokenBucketTest, TheWaitIsJustLongEnough) {
  for (const uint64_t rate : {1, 7, 61, 999'999'999}) {
    TokenBucket bucket(rate, 0);
    for (uint64_t i = 0; i < std::min<uint64_t>(rate, 1000); ++i) ASSERT_TRUE(bucket.take(0));
    if (rate > 1000) continue;
    const uint64_t wait = bucket.microsUntilOne(0);
    EXPECT_FALSE(bucket.take(wait - 1)) << rate;
    EXPECT_TRUE(bucket.take(wait)) << rate;
  }
}

TEST(TokenBucketTest, AClockThatGoesBackGivesNothing) {
  TokenBucket bucket(1, 100 * kSecond);
  EXPECT_TRUE(bucket.take(100 * kSecond));
  EXPECT_FALSE(bucket.take(0));
  EXPECT_FALSE(bucket.take(100 * kSecond));
}

TEST(TokenBucketTest, PutBackIsAtMostFull) {
  TokenBucket bucket(2, 0);
  bucket.putBack();
  EXPECT_EQ(bucket.remaining(0), 2u);
  bucket.take(0);
  bucket.putBack();
  EXPECT_EQ(bucket.remaining(0), 2u);
}

TEST(TokenBucketTest, ANewRateKeepsTheShare) {
  TokenBucket bucket(10, 0);
  for (int i = 0; i < 5; ++i) bucket.take(0);
  bucket.setRate(1'000'000'000, 0);
  EXPECT_EQ(bucket.remaining(0), 500'000'000u);
  bucket.setRate(4, 0);
  EXPECT_EQ(bucket.remaining(0), 2u);
}

}  // namespace
}  // namespace brood::gateway
