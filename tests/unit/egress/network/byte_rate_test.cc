#include "egress/network/byte_rate.h"

#include <gtest/gtest.h>

namespace brood::egress {
namespace {

constexpr auto kNow = kj::origin<kj::TimePoint>() + 1000 * kj::SECONDS;
constexpr auto kNothing = 0 * kj::SECONDS;

TEST(ByteRate, WithoutARateNothingWaits) {
  ByteRate rate(0);
  EXPECT_EQ(rate.take(1 << 30, kNow), kNothing);
}

TEST(ByteRate, ASecondsWorthPassesAtOnce) {
  ByteRate rate(1000);
  EXPECT_EQ(rate.take(600, kNow), kNothing);
  EXPECT_EQ(rate.take(400, kNow), kNothing);
  EXPECT_EQ(rate.take(500, kNow), 500 * kj::MILLISECONDS);
  EXPECT_EQ(rate.take(500, kNow), 1 * kj::SECONDS);
}

TEST(ByteRate, TimePaysTheDebt) {
  ByteRate rate(1000);
  EXPECT_EQ(rate.take(3000, kNow), 2 * kj::SECONDS);
  EXPECT_EQ(rate.take(1, kNow + 2 * kj::SECONDS), 1 * kj::MILLISECONDS);
  EXPECT_EQ(rate.take(1000, kNow + 100 * kj::SECONDS), kNothing);
}

}  // namespace
}  // namespace brood::egress
