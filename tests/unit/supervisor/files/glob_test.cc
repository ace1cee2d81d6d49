#include "supervisor/files/glob.h"

#include <gtest/gtest.h>

namespace brood::supervisor {
namespace {

TEST(GlobParse, SaysWhatIsWrong) {
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

GlobSet::Step stepOf(const GlobSet& set, const GlobSet::Places& places, std::string_view name) {
  GlobSet::Step step;
  uint64_t work = 0;
  EXPECT_TRUE(set.goOn(places, name, step, work, UINT64_MAX));
  return step;
}

// Walks down `path` and says whether its last name matches.
bool matchesPath(std::vector<std::string_view> patterns, std::string_view path) {
  std::vector<Glob> globs;
  for (auto pattern : patterns) globs.push_back(std::get<Glob>(Glob::parse(pattern)));
  GlobSet set(std::move(globs));
  auto places = set.start();
  for (;;) {
    const auto slash = path.find('/');
    auto step = stepOf(set, places, path.substr(0, slash));
    if (slash == std::string_view::npos) return step.isMatch;
    places = std::move(step.below);
    path.remove_prefix(slash + 1);
  }
}

TEST(GlobSet, WalksDown) {
  EXPECT_TRUE(matchesPath({"out/*.png"}, "out/a.png"));
  EXPECT_FALSE(matchesPath({"out/*.png"}, "out/sub/a.png"));
  EXPECT_FALSE(matchesPath({"out/*.png"}, "a.png"));
  EXPECT_TRUE(matchesPath({"x", "*/b"}, "a/b"));
}

TEST(GlobSet, TwoStarsStandForAnyNumberOfDirectories) {
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

TEST(GlobSet, KnowsWhenADirectoryNeedNotBeListed) {
  GlobSet set({std::get<Glob>(Glob::parse("out/a")), std::get<Glob>(Glob::parse("out/*")),
               std::get<Glob>(Glob::parse("\\*"))});
  auto names = set.onlyNames(set.start());
  ASSERT_TRUE(names);
  EXPECT_EQ(*names, (std::vector<std::string>{"*", "out"}));
  EXPECT_FALSE(set.onlyNames(stepOf(set, set.start(), "out").below));
}

TEST(GlobSet, CanBeMatchedALittleAtATime) {
  std::vector<Glob> globs;
  for (int i = 0; i < 32; ++i) globs.push_back(std::get<Glob>(Glob::parse("**/*[b-cb-c]Z*")));
  GlobSet set(std::move(globs));
  const std::string name(255, 'c');
  GlobSet::Step step;
  uint64_t work = 0;
  int turns = 1;
  for (uint64_t before = 0; !set.goOn(set.start(), name, step, work, before + 1000);
       before = work) {
    EXPECT_LE(work - before, 1000 + 8 * name.size());
    ++turns;
  }
  EXPECT_GT(turns, 4);
  EXPECT_EQ(step.below, set.start());
}

TEST(GlobSet, HasEachPlaceOnceHoweverManyWaysLeadThere) {
  std::string pattern = "**/*";
  for (int i = 0; i < 20; ++i) pattern += "/**/*";
  GlobSet set({std::get<Glob>(Glob::parse(pattern))});
  auto places = set.start();
  for (int depth = 0; depth < 40; ++depth) places = stepOf(set, places, "a").below;
  EXPECT_EQ(places.size(), 42u);
}

}  // namespace
}  // namespace brood::supervisor
