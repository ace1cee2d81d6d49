#include "base/output_text.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace brood {
namespace {

struct Case {
  const char* name;
  std::string bytes;
  bool isCut;
  std::string text;
  bool isBase64;
};

TEST(OutputText, IsTextOrBase64) {
  const std::string cup = "\xe2\x98\x95";
  const Case cases[] = {
      {"nothing", "", false, "", false},
      {"ASCII", "abcdefghijk", false, "abcdefghijk", false},
      {"text", cup + cup, false, cup + cup, false},
      {"NUL", std::string("a\0b", 3), false, std::string("a\0b", 3), false},
      {"binary", "a\xff", false, "Yf8=", true},
      {"an end that is missing", "a\xe2\x98", false, "YeKY", true},
      {"an end that was cut off", "a" + cup + "\xe2\x98", true, "a" + cup, false},
      {"text that was cut between characters", cup, true, cup, false},
      {"nothing but what was cut", "\xf0\x9f\x98", true, "", false},
      {"binary that was cut", "\xff\xe2\x98", true, "/+KY", true},
      {"binary behind a word of ASCII", "12345678\xff", false, "MTIzNDU2Nzj/", true},
  };
  for (const auto& each : cases) {
    const OutputText output(each.bytes, each.isCut);
    EXPECT_EQ(output.text(), each.text) << each.name;
    EXPECT_EQ(output.isBase64(), each.isBase64) << each.name;
  }
}

TEST(ValidUtf8Length, EndsBeforeWhatIsNotWhole) {
  for (size_t ahead = 0; ahead < 20; ++ahead) {
    const std::string text(ahead, 'x');
    EXPECT_EQ(validUtf8Length(text), ahead);
    EXPECT_EQ(validUtf8Length(text + "\xc3\xa9" + text), 2 * ahead + 2);
    EXPECT_EQ(validUtf8Length(text + "\xc3" + text), ahead);
    EXPECT_EQ(validUtf8Length(text + "\xed\xa0\x80"), ahead);
  }
}

}  // namespace
}  // namespace brood
