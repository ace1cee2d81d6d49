#include "gateway/http/query.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

TEST(QueryTest, FindsAValue) {
  EXPECT_EQ(queryValue("tenant=acme", "tenant"), "acme");
  EXPECT_EQ(queryValue("a=b&tenant=acme&c", "tenant"), "acme");
  EXPECT_EQ(queryValue("tenant=a%2Fb+c", "tenant"), "a/b c");
  EXPECT_EQ(queryValue("%74enant=acme", "tenant"), "acme");
  EXPECT_EQ(queryValue("tenant", "tenant"), "");
  EXPECT_EQ(queryValue("tenant=%zz%4", "tenant"), "%zz%4");
  EXPECT_EQ(queryValue("", "tenant"), std::nullopt);
  EXPECT_EQ(queryValue("tenants=acme", "tenant"), std::nullopt);
}

TEST(QueryTest, KeepsPairsInTheirOrder) {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(queryPairs("b=1&&a=2&b=3"), (Pairs{{"b", "1"}, {"a", "2"}, {"b", "3"}}));
}

TEST(QueryTest, APathIsStricter) {
  EXPECT_EQ(pathDecoded("a+b%20%2F%c3%a9"), "a+b /\xc3\xa9");
  EXPECT_EQ(pathDecoded(""), "");
  for (const char* text : {"%", "%1", "a%zz", "%00", "x%0"}) {
    EXPECT_EQ(pathDecoded(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace brood::gateway
