#include "supervisor/files/name_pattern.h"

#include <gtest/gtest.h>

namespace brood::supervisor {
namespace {

bool matches(std::string_view pattern, std::string_view name) {
  uint64_t work = 0;
  return NamePattern(pattern).matches(name, work);
}

TEST(NamePattern, Wildcards) {
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

TEST(NamePattern, OneCharacterIsOneOfUnicodeAndNotOneByte) {
  EXPECT_TRUE(matches("?", "\xc3\xa9"));
  EXPECT_FALSE(matches("??", "\xc3\xa9"));
  EXPECT_TRUE(matches("[\xc3\xa0-\xc3\xbf]x", "\xc3\xa9x"));
  EXPECT_FALSE(matches("[a-z]", "\xc3\xa9"));
  EXPECT_TRUE(matches("?", "\xff"));
}

TEST(NamePattern, Classes) {
  EXPECT_TRUE(matches("[a-c]1", "b1"));
  EXPECT_FALSE(matches("[a-c]", "d"));
  EXPECT_TRUE(matches("[!a-c]", "d"));
  EXPECT_FALSE(matches("[^a-c]", "b"));
  EXPECT_TRUE(matches("[]]", "]"));
  EXPECT_TRUE(matches("[a-]", "-"));
  EXPECT_TRUE(matches("[\\]]", "]"));
  EXPECT_TRUE(matches("[x-za-ck-m]", "b"));
  EXPECT_TRUE(matches("[a-mc-d]", "k"));
  EXPECT_FALSE(matches("[z-a]", "k"));
  EXPECT_TRUE(matches("[!z-a]", "k"));
}

TEST(NamePattern, ABackslashTakesWhatFollowsLiterally) {
  EXPECT_TRUE(matches("\\*", "*"));
  EXPECT_FALSE(matches("\\*", "a"));
  EXPECT_TRUE(matches("\\[a]", "[a]"));
}

TEST(NamePattern, ALeadingDotIsMatchedByADotOnly) {
  EXPECT_FALSE(matches("*", ".hidden"));
  EXPECT_FALSE(matches("?hidden", ".hidden"));
  EXPECT_FALSE(matches("[.]hidden", ".hidden"));
  EXPECT_TRUE(matches(".*", ".hidden"));
  EXPECT_TRUE(matches("\\.hidden", ".hidden"));
}

TEST(NamePattern, ManyStarsCostNoMoreThanTheProductOfTheLengths) {
  std::string pattern, name(255, 'a');
  for (int i = 0; i < 120; ++i) pattern += "*a";
  pattern += "b";
  uint64_t work = 0;
  EXPECT_FALSE(NamePattern(pattern).matches(name, work));
  EXPECT_LT(work, 2 * pattern.size() * name.size());
}

// A class of a kilobyte is looked up, not read again for each character.
TEST(NamePattern, LongClassesCostNoMoreThanShortOnes) {
  auto workOf = [](const std::string& members) {
    uint64_t work = 0;
    EXPECT_FALSE(NamePattern("*[" + members + "]Z").matches(std::string(255, 'a'), work));
    return work;
  };
  std::string many, scattered;
  for (int i = 0; i < 80; ++i) many += "b-c";
  for (char c = '0'; c <= 'z'; c += 2) scattered += c;
  EXPECT_EQ(workOf(many), workOf("b"));
  EXPECT_LT(workOf(scattered), 8 * workOf("b"));
}

}  // namespace
}  // namespace brood::supervisor
