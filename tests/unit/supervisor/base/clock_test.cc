#include "supervisor/base/clock.h"

#include <gtest/gtest.h>

namespace brood::supervisor {
namespace {

TEST(Clock, NeverGoesBack) {
  const auto earlier = monotonicNow();
  EXPECT_GE(monotonicNow(), earlier);
}

TEST(Clock, CountsWholeMicrosecondsAndNoNegativeOnes) {
  const auto start = kj::origin<kj::TimePoint>() + 5 * kj::SECONDS;
  EXPECT_EQ(microsBetween(start, start + 1'999 * kj::NANOSECONDS), 1u);
  EXPECT_EQ(microsBetween(start, start + 2 * kj::SECONDS), 2'000'000u);
  EXPECT_EQ(microsBetween(start, start), 0u);
  EXPECT_EQ(microsBetween(start, start - 1 * kj::SECONDS), 0u);
}

}  // namespace
}  // namespace brood::supervisor
