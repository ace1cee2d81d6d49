#include "base/suggestion.h"

#include <gtest/gtest.h>

namespace brood {
namespace {

const std::vector<std::string> kNames{"gateway.port", "gateway.host", "limits.memory_bytes.max"};

TEST(Suggestion, NamesTheNearest) {
  EXPECT_EQ(suggestion("gateway.prot", kNames), "; did you mean gateway.port?");
  EXPECT_EQ(suggestion("gatway.host", kNames), "; did you mean gateway.host?");
}

TEST(Suggestion, CompletesAPart) {
  EXPECT_EQ(suggestion("limits.memory_bytes", kNames), "; did you mean limits.memory_bytes.max?");
  EXPECT_EQ(suggestion("port", kNames), "; did you mean gateway.port?");
}

TEST(Suggestion, IsSilentWhenNothingIsNear) {
  EXPECT_EQ(suggestion("colour", kNames), "");
  EXPECT_EQ(suggestion("", kNames), "");
  EXPECT_EQ(suggestion("x", {}), "");
}

}  // namespace
}  // namespace brood
