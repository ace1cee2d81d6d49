// Style as a test: short files, functions and lines, nothing left undone, headers that say what
// they are for.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "tests/unit/style/functions.h"
#include "tests/unit/style/source_tree.h"

namespace brood::style {
namespace {

constexpr size_t kMaxFileLines = 400;
constexpr size_t kMaxLongFileLines = 450;  // For those in long_files.txt.
constexpr size_t kMaxFunctionLines = 70;
constexpr size_t kMaxColumns = 100;

size_t columnsOf(const std::string& line) {
  size_t columns = 0;
  for (unsigned char byte : line) columns += (byte & 0xc0) != 0x80;
  return columns;
}

class StyleTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { files_ = readSourceTree(BROOD_SOURCE_DIR); }

  static inline std::vector<SourceFile> files_;
};

TEST_F(StyleTest, SeesTheTree) { EXPECT_GT(files_.size(), 500u); }

TEST_F(StyleTest, FilesAreShort) {
  std::set<std::string> longOnes;
  for (const auto& [path, reason] : readEntries(BROOD_STYLE_DIR "/long_files.txt")) {
    longOnes.insert(path);
  }
  for (const auto& file : files_) {
    const bool isListed = longOnes.erase(file.path) > 0;
    EXPECT_LE(file.lines.size(), isListed ? kMaxLongFileLines : kMaxFileLines) << file.path;
    if (isListed) {
      EXPECT_GT(file.lines.size(), kMaxFileLines) << "no longer long: " << file.path;
    }
  }
  EXPECT_TRUE(longOnes.empty()) << "no such file: " << *longOnes.begin();
}

TEST_F(StyleTest, FunctionsAreShort) {
  for (const auto& file : files_) {
    for (const auto& function : functionsOf(file)) {
      EXPECT_LE(function.lineCount, kMaxFunctionLines) << file.path << ":" << function.firstLine;
    }
  }
}

// Tests in Python hold programs of other languages in strings, which are as wide as they are.
TEST_F(StyleTest, LinesAreShort) {
  for (const auto& file : files_) {
    if (file.isTest() && file.path.ends_with(".py")) continue;
    for (size_t i = 0; i < file.lines.size(); ++i) {
      EXPECT_LE(columnsOf(file.lines[i]), kMaxColumns) << file.path << ":" << i + 1;
    }
  }
}

TEST_F(StyleTest, NothingIsLeftUndone) {
  // In two parts, so that this file does not find itself.
  const std::string marks[] = {std::string("TO") + "DO", std::string("FIX") + "ME"};
  for (const auto& file : files_) {
    for (size_t i = 0; i < file.lines.size(); ++i) {
      for (const auto& mark : marks) {
        EXPECT_EQ(file.lines[i].find(mark), std::string::npos) << file.path << ":" << i + 1;
      }
    }
  }
}

TEST_F(StyleTest, HeadersTellTheirStoryFirst) {
  for (const auto& file : files_) {
    if (!file.path.ends_with(".h")) continue;
    ASSERT_GE(file.lines.size(), 2u) << file.path;
    EXPECT_EQ(file.lines[0], "#pragma once") << file.path;
    EXPECT_TRUE(file.lines[1].starts_with("// ")) << file.path;
  }
}

}  // namespace
}  // namespace brood::style
