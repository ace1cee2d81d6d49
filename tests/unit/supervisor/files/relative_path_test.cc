#include "supervisor/files/relative_path.h"

#include <gtest/gtest.h>

namespace brood::supervisor {
namespace {

using namespace std::string_view_literals;

std::string repeated(const std::string& part, size_t times, const std::string& between) {
  std::string path = part;
  for (size_t i = 1; i < times; ++i) path += between + part;
  return path;
}

TEST(RelativePath, TakesWhatStaysBelow) {
  for (const auto path : {"a"sv, "a/b.txt"sv, "..."sv, ".hidden"sv, "a..b/c"sv, " "sv, "a\nb"sv,
                          "\xc3\xa9t\xc3\xa9"sv, "-rf"sv}) {
    EXPECT_EQ(problemOfPath(path), "") << path;
  }
}

TEST(RelativePath, RefusesWhatWouldLeaveOrCannotBe) {
  const std::pair<std::string_view, const char*> cases[] = {
      {"", "must not be empty"},
      {"a\0b"sv, "must not contain NUL"},
      {"a\xff", "must be valid UTF-8"},
      {"/etc/passwd", "must be relative"},
      {"a//b", "must not have empty parts"},
      {"a/", "must not have empty parts"},
      {".", "must not have '.' or '..' as a part"},
      {"..", "must not have '.' or '..' as a part"},
      {"a/../b", "must not have '.' or '..' as a part"},
      {"a/./b", "must not have '.' or '..' as a part"}};
  for (const auto& [path, problem] : cases) EXPECT_EQ(problemOfPath(path), problem) << path;
}

TEST(RelativePath, HasBounds) {
  EXPECT_EQ(problemOfPath(std::string(kMaxPartBytes, 'a')), "");
  EXPECT_EQ(problemOfPath(std::string(kMaxPartBytes + 1, 'a')),
            "must have parts of at most 255 bytes");
  EXPECT_EQ(problemOfPath(repeated("a", kMaxPathParts, "/")), "");
  EXPECT_EQ(problemOfPath(repeated("a", kMaxPathParts + 1, "/")), "must have at most 64 parts");
  const std::string longest = repeated(std::string(204, 'a'), 5, "/");
  EXPECT_EQ(longest.size(), kMaxPathBytes);
  EXPECT_EQ(problemOfPath(longest), "");
  EXPECT_EQ(problemOfPath(longest + "a"), "must have at most 1024 bytes");
}

TEST(RelativePath, PartsAreBetweenTheSlashes) {
  EXPECT_EQ(partsOf("a/b"), (std::vector<std::string_view>{"a", "b"}));
  EXPECT_EQ(partsOf(""), (std::vector<std::string_view>{""}));
  EXPECT_EQ(partsOf("/a/"), (std::vector<std::string_view>{"", "a", ""}));
}

TEST(RelativePath, IsQuotedInPart) {
  EXPECT_EQ(supervisor::quoted("a b"), "'a b'");
  EXPECT_EQ(supervisor::quoted(std::string(128, 'a')), "'" + std::string(128, 'a') + "'");
  EXPECT_EQ(supervisor::quoted(std::string(129, 'a')), "'" + std::string(128, 'a') + "...'");
}

}  // namespace
}  // namespace brood::supervisor
