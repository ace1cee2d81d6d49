#include "base/policy/landlock_versions.h"

#include <gtest/gtest.h>

namespace brood {
namespace {

TEST(LandlockVersions, NamesWhatAnOlderOneDoesNotRestrict) {
  EXPECT_EQ(landlockShortfall(2),
            "truncation, ioctl on devices, signals to processes outside, abstract sockets outside");
  EXPECT_EQ(landlockShortfall(3),
            "ioctl on devices, signals to processes outside, abstract sockets outside");
  EXPECT_EQ(landlockShortfall(5), "signals to processes outside, abstract sockets outside");
}

TEST(LandlockVersions, NewOnesLackNothing) {
  EXPECT_EQ(landlockShortfall(6), "");
  EXPECT_EQ(landlockShortfall(99), "");
}

}  // namespace
}  // namespace brood
