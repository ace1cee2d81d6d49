#include "base/host_address.h"

#include <gtest/gtest.h>

namespace brood {
namespace {

TEST(HostAddressTest, KnowsLoopbackByLiteralsAndNames) {
  for (const char* host :
       {"127.0.0.1", "127.9.9.9", "::1", "[::1]", "::ffff:127.0.0.1", "localhost"}) {
    EXPECT_TRUE(isLoopback(host)) << host;
  }
  for (const char* host : {"0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "no-such-name.invalid"}) {
    EXPECT_FALSE(isLoopback(host)) << host;
  }
}

TEST(HostAddressTest, BracketsAreNoPartOfAnAddress) {
  EXPECT_EQ(withoutBrackets("[::1]"), "::1");
  EXPECT_EQ(withoutBrackets("::1"), "::1");
  EXPECT_EQ(withoutBrackets("host"), "host");
}

}  // namespace
}  // namespace brood
