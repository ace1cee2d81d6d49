#include "config/message_sizes.h"

#include <gtest/gtest.h>

namespace brood {
namespace {

TEST(MessageSizes, AJobIsNoLargerThanItsBodyAndSomeFraming) {
  Config config;
  config.gateway.maxBodyBytes = 5 << 20;
  EXPECT_GT(largestJobBytes(config), config.gateway.maxBodyBytes);
  EXPECT_LT(largestJobBytes(config), config.gateway.maxBodyBytes + (2 << 20));
}

TEST(MessageSizes, AResultHasRoomForAllThatAJobMayMake) {
  Config config;
  const uint64_t before = largestResultBytes(config);
  config.limits.outputBytes.maximum += 1 << 20;
  config.files.maxCollectedBytes += 3 << 20;
  config.results.maxTotalBytes += 5 << 20;
  EXPECT_EQ(largestResultBytes(config), before + (10 << 20));
}

TEST(MessageSizes, ReadersTakeTheLargerOfBothSeveralTimes) {
  Config config;
  const uint64_t largest = std::max(largestJobBytes(config), largestResultBytes(config));
  EXPECT_EQ(readerOptions(config).traversalLimitInWords,
            readerOptions(largest).traversalLimitInWords);
  EXPECT_GE(readerOptions(largest).traversalLimitInWords, 2 * largest / sizeof(capnp::word));
}

}  // namespace
}  // namespace brood
