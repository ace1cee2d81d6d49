#include "egress/network/own_address.h"

#include <gtest/gtest.h>

namespace brood::egress {
namespace {

TEST(OwnAddress, KnowsLoopbackAndNoOther) {
  EXPECT_TRUE(isOwnAddress(*IpAddress::parse("127.0.0.1")));
  EXPECT_FALSE(isOwnAddress(*IpAddress::parse("198.41.0.10")));
  EXPECT_FALSE(isOwnAddress(*IpAddress::parse("2606:4700::1111")));
}

}  // namespace
}  // namespace brood::egress
