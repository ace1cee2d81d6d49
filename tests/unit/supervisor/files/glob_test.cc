#include "supervisor/glob.h"

#include <gtest/gtest.h>

namespace brood {
namespace {

bool matches(std::string_view pattern, std::string_view name) {
  uint64_t work = 0;
  return matchesName(pattern, name, work);
}

TEST(MatchesName, wildcards) {
  EXPECT_TRUE(matches("a", "a"));
  EXPECT_FALSE(matches("a", "b"));
  EXPECT_FALSE(matches("a", "ab"));
  EXPECT_TRUE(matches("*", "anything"));
  EXPECT_TRUE(matches("*.png", "plot.png"));
  EXPECT_FALSE(matches("*.png", "plot.pn"));
  EXPECT_TRUE(matches("*a*b*", "xxaxxbxx"));
  EXPECT_FALSE(matches("*a*b*", "xxbxxaxx"));
  EXPECT_TRUE(matches("?", "x"));
  EXPECT_FALSE(matches("?", "xy"));
  EXPECT_TRUE(matches("a**b", "ab"));
}

TEST(MatchesName, oneCharacterIsOneOfUnicodeAndNotOneByte) {
  EXPECT_TRUE(matches("?", "\xc3\xa9"));
  EXPECT_FALSE(matches("??", "\xc3\xa9"));
  EXPECT_TRUE(matches("[\xc3\xa0-\xc3\xbf]x", "\xc3\xa9x"));
  EXPECT_FALSE(matches("[a-z]", "\xc3\xa9"));
  EXPECT_TRUE(matches("?", "\xff"));
}

TEST(MatchesName, classes) {
  EXPECT_TRUE(matches("[a-c]1", "b1"));
  EXPECT_FALSE(matches("[a-c]", "d"));
  EXPECT_TRUE(matches("[!a-c]", "d"));
  EXPECT_FALSE(matches("[^a-c]", "b"));
  EXPECT_TRUE(matches("[]]", "]"));
  EXPECT_TRUE(matches("[a-]", "-"));
  EXPECT_TRUE(matches("[\\]]", "]"));
}

TEST(MatchesName, aBackslashTakesWhatFollowsLiterally) {
  EXPECT_TRUE(matches("\\*", "*"));
  EXPECT_FALSE(matches("\\*", "a"));
  EXPECT_TRUE(matches("\\[a]", "[a]"));
}

TEST(MatchesName, aLeadingDotIsMatchedByADotOnly) {
  EXPECT_FALSE(matches("*", ".hidden"));
  EXPECT_FALSE(matches("?hidden", ".hidden"));
  EXPECT_FALSE(matches("[.]hidden", ".hidden"));
  EXPECT_TRUE(matches(".*", ".hidden"));
  EXPECT_TRUE(matches("\\.hidden", ".hidden"));
}

TEST(MatchesName, manyStarsCostNoMoreThanTheProductOfTheLengths) {
  std::string pattern, name(255, 'a');
  for (int i = 0; i < 120; ++i) pattern += "*a";
  pattern += "b";
  uint64_t work = 0;
  EXPECT_FALSE(matchesName(pattern, name, work));
  EXPECT_LT(work, 2 * pattern.size() * name.size());
}

TEST(GlobParse, saysWhatIsWrong) {
  auto problem = [](std::string_view text) {
    auto parsed = Glob::parse(text);
    return std::holds_alternative<std::string>(parsed) ? std::get<std::string>(parsed) : "";
  };
  EXPECT_EQ(problem("out/*.png"), "");
  EXPECT_EQ(problem("/out"), "must be relative");
  EXPECT_EQ(problem("../out"), "must not have '.' or '..' as a part");
  EXPECT_EQ(problem("a/./b"), "must not have '.' or '..' as a part");
  EXPECT_EQ(problem("a//b"), "must not have empty parts");
  EXPECT_EQ(problem(""), "must not be empty");
  EXPECT_EQ(problem("[a"), "must close '[' with ']'");
  EXPECT_EQ(problem("[!]"), "must close '[' with ']'");
  EXPECT_EQ(problem("a\\"), "must have a character after '\\'");
  EXPECT_EQ(problem("\xff"), "must be valid UTF-8");
  EXPECT_EQ(problem(std::string_view("a\0b", 3)), "must not contain NUL");
}

// Walks down `path` and says whether its last name matches.
bool matchesPath(std::vector<std::string_view> patterns, std::string_view path) {
  std::vector<Glob> globs;
  for (auto pattern : patterns) globs.push_back(std::get<Glob>(Glob::parse(pattern)));
  GlobSet set(std::move(globs));
  auto places = set.start();
  uint64_t work = 0;
  for (;;) {
    const auto slash = path.find('/');
    auto step = set.step(places, path.substr(0, slash), work);
    if (slash == std::string_view::npos) return step.isMatch;
    places = std::move(step.below);
    path.remove_prefix(slash + 1);
  }
}

TEST(GlobSet, walksDown) {
  EXPECT_TRUE(matchesPath({"out/*.png"}, "out/a.png"));
  EXPECT_FALSE(matchesPath({"out/*.png"}, "out/sub/a.png"));
  EXPECT_FALSE(matchesPath({"out/*.png"}, "a.png"));
  EXPECT_TRUE(matchesPath({"x", "*/b"}, "a/b"));
}

TEST(GlobSet, twoStarsStandForAnyNumberOfDirectories) {
  EXPECT_TRUE(matchesPath({"**/*.txt"}, "a.txt"));
  EXPECT_TRUE(matchesPath({"**/*.txt"}, "a/b/c.txt"));
  EXPECT_TRUE(matchesPath({"a/**/z"}, "a/z"));
  EXPECT_TRUE(matchesPath({"a/**/z"}, "a/b/c/z"));
  EXPECT_FALSE(matchesPath({"a/**/z"}, "b/z"));
  EXPECT_TRUE(matchesPath({"**"}, "a/b"));
  EXPECT_TRUE(matchesPath({"a/**"}, "a/b/c"));
  EXPECT_FALSE(matchesPath({"a/**"}, "a"));
  EXPECT_FALSE(matchesPath({"**/x"}, ".git/x"));
  EXPECT_TRUE(matchesPath({"**/**/x"}, "x"));
}

TEST(GlobSet, knowsWhenADirectoryNeedNotBeListed) {
  GlobSet set({std::get<Glob>(Glob::parse("out/a")), std::get<Glob>(Glob::parse("out/*")),
               std::get<Glob>(Glob::parse("\\*"))});
  auto names = set.onlyNames(set.start());
  ASSERT_TRUE(names);
  EXPECT_EQ(*names, (std::vector<std::string>{"*", "out"}));
  uint64_t work = 0;
  EXPECT_FALSE(set.onlyNames(set.step(set.start(), "out", work).below));
}

}  // namespace
}  // namespace brood
