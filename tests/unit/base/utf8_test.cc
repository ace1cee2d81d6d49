#include "base/utf8.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace brood {
namespace {

struct SequenceCase {
  const char* name;
  std::string text;
  Utf8Sequence::Kind kind;
  size_t length;
};

TEST(NextUtf8Sequence, FollowsRfc3629) {
  using Kind = Utf8Sequence::Kind;
  const std::vector<SequenceCase> cases = {
      {"ascii", "a", Kind::valid, 1},
      {"NUL", std::string(1, '\0'), Kind::valid, 1},
      {"two bytes", "\xc3\xa9", Kind::valid, 2},
      {"three bytes", "\xe2\x82\xac", Kind::valid, 3},
      {"four bytes", "\xf0\x9f\x98\x80", Kind::valid, 4},
      {"last code point", "\xf4\x8f\xbf\xbf", Kind::valid, 4},
      {"beyond the last", "\xf4\x90\x80\x80", Kind::invalid, 1},
      {"surrogate", "\xed\xa0\x80", Kind::invalid, 1},
      {"overlong two", "\xc0\x80", Kind::invalid, 1},
      {"overlong three", "\xe0\x80\x80", Kind::invalid, 1},
      {"overlong four", "\xf0\x80\x80\x80", Kind::invalid, 1},
      {"lone continuation", "\x80", Kind::invalid, 1},
      {"never a byte of UTF-8", "\xff", Kind::invalid, 1},
      {"cut by another character", "\xe2\x82z", Kind::invalid, 2},
      {"cut by the end after one", "\xe2", Kind::incomplete, 1},
      {"cut by the end after three", "\xf0\x9f\x98", Kind::incomplete, 3},
  };
  for (const auto& c : cases) {
    const auto sequence = nextUtf8Sequence(c.text);
    EXPECT_EQ(sequence.kind, c.kind) << c.name;
    EXPECT_EQ(sequence.length, c.length) << c.name;
  }
}

TEST(Utf8Splitter, PassesOnAllThatIsComplete) {
  Utf8Splitter splitter;
  EXPECT_EQ(splitter.push("ab\xe2\x82"), "ab");
  EXPECT_EQ(splitter.push("\xac"
                          "c"),
            "\xe2\x82\xac"
            "c");
  EXPECT_EQ(splitter.finish(), "");
}

}  // namespace
}  // namespace brood
