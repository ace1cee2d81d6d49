#include "gateway/jobs/json_text.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

std::string problemOf(const TextRule& rule, const std::string& value) {
  const auto problem = checkText(rule, value, [] { return std::string("here"); });
  return problem ? problem->code + ": " + problem->message : "none";
}

TEST(CheckText, TakesAnythingUnlessARuleForbidsIt) {
  EXPECT_EQ(problemOf({}, ""), "none");
  EXPECT_EQ(problemOf({}, std::string(1000, '\0')), "none");
  EXPECT_EQ(problemOf({.mayBeEmpty = false}, ""), "invalid_value: here must not be empty");
  EXPECT_EQ(problemOf({.mayHoldNul = false}, std::string("a\0", 2)),
            "invalid_value: here must not contain NUL");
  EXPECT_EQ(problemOf({.mostBytes = 2}, "ab"), "none");
  EXPECT_EQ(problemOf({.mostBytes = 2, .tooLong = "long"}, "abc"),
            "long: here may have at most 2 bytes, got 3: 'abc...'");
  EXPECT_EQ(problemOf({.choices = {"x"}}, "x"), "none");
  EXPECT_EQ(problemOf({.choices = {"x", "y"}}, "z"), "invalid_value: here must be x or y, got 'z'");
}

TEST(CheckText, AsksForThePathOfAProblemOnly) {
  bool isAsked = false;
  checkText({.mostBytes = 1}, "a", [&] { return isAsked = true, std::string(); });
  EXPECT_FALSE(isAsked);
}

TEST(Shortened, IsTheBeginning) {
  EXPECT_EQ(shortened("short"), "short");
  EXPECT_EQ(shortened(std::string(500, 'x')), std::string(128, 'x'));
}

}  // namespace
}  // namespace brood::gateway
