#include "egress/protocols/authority.h"

#include <gtest/gtest.h>

namespace brood::egress {
namespace {

TEST(Authority, IsAHostAndAPort) {
  EXPECT_EQ(splitAuthority("a")->host, "a");
  EXPECT_FALSE(splitAuthority("a")->port);
  EXPECT_EQ(splitAuthority("a:80")->port, 80);
  EXPECT_EQ(splitAuthority("[::1]:80")->host, "[::1]");
  EXPECT_EQ(splitAuthority("[::1]")->host, "[::1]");
}

TEST(Authority, HasAPortThatIsOne) {
  for (const char* text :
       {"a:", "a:0", "a:65536", "a:b", "a:1:2", "[::1", "[::1]x", "[::1]x:1", "::1:80", "a: 80"}) {
    EXPECT_FALSE(splitAuthority(text)) << text;
  }
}

}  // namespace
}  // namespace brood::egress
