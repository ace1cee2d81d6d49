#include "gateway/entry/usage_route.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

TEST(UsageRouteTest, FindsAValueInAQuery) {
  EXPECT_EQ(queryValue("tenant=acme", "tenant"), "acme");
  EXPECT_EQ(queryValue("a=b&tenant=acme&c", "tenant"), "acme");
  EXPECT_EQ(queryValue("tenant=a%2Fb+c", "tenant"), "a/b c");
  EXPECT_EQ(queryValue("%74enant=acme", "tenant"), "acme");
  EXPECT_EQ(queryValue("tenant", "tenant"), "");
  EXPECT_EQ(queryValue("tenant=%zz%4", "tenant"), "%zz%4");
  EXPECT_EQ(queryValue("", "tenant"), std::nullopt);
  EXPECT_EQ(queryValue("tenants=acme", "tenant"), std::nullopt);
}

}  // namespace
}  // namespace brood::gateway
