#include "gateway/access/strict_json.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

TEST(StrictJsonTest, ReadsByPath) {
  const auto document = parseStrictly(R"({"a":{"b":[1,2]}})", 100);
  const JsonPlace top(document, "");
  EXPECT_EQ(top.at("a").at("b").elements()[1].number(2), 2u);
  EXPECT_FALSE(top.has("b"));
}

TEST(StrictJsonTest, ProblemsNameThePath) {
  const auto document = parseStrictly(R"({"a":{"b":["x",3]}})", 100);
  try {
    JsonPlace(document, "").at("a").at("b").elements()[1].text();
    FAIL();
  } catch (const DocumentProblem& problem) {
    EXPECT_STREQ(problem.what(), "a.b[1]: must be a string");
  }
}

TEST(StrictJsonTest, IsBounded) {
  EXPECT_THROW(parseStrictly("[1,2,3]", 6), DocumentProblem);
  EXPECT_THROW(parseStrictly(std::string(17, '[') + std::string(17, ']'), 100), DocumentProblem);
  EXPECT_NO_THROW(parseStrictly(std::string(16, '[') + std::string(16, ']'), 100));
}

TEST(StrictJsonTest, TheSameNameInTwoObjectsIsFine) {
  EXPECT_NO_THROW(parseStrictly(R"([{"a":1},{"a":{"a":2}}])", 100));
  EXPECT_THROW(parseStrictly(R"([{"a":1,"b":{"a":2},"a":1}])", 100), DocumentProblem);
}

}  // namespace
}  // namespace brood::gateway
