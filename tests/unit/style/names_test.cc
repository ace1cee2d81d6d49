// Names: one spelling of tests, and one type to a name.
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <string>

#include "tests/unit/style/source_tree.h"

namespace brood::style {
namespace {

std::string textOf(const SourceFile& file) {
  std::string text;
  for (const auto& line : file.lines) text += line + "\n";
  return text;
}

class NamesTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { files_ = readSourceTree(BROOD_SOURCE_DIR); }

  static inline std::vector<SourceFile> files_;
};

TEST_F(NamesTest, TestsInCppAreUpperCamel) {
  const std::regex test("\nTEST(?:_F|_P)?\\(\\s*(\\w+),\\s*(\\w+)\\)");
  const std::regex upperCamel("[A-Z][A-Za-z0-9]*");
  for (const auto& file : files_) {
    if (!file.isTest() || !file.isCpp()) continue;
    const std::string text = textOf(file);
    for (std::sregex_iterator match(text.begin(), text.end(), test), end; match != end; ++match) {
      EXPECT_TRUE(std::regex_match((*match)[1].str(), upperCamel)) << file.path << (*match)[0];
      EXPECT_TRUE(std::regex_match((*match)[2].str(), upperCamel)) << file.path << (*match)[0];
    }
  }
}

TEST_F(NamesTest, TestsInPythonAreSnakeCase) {
  const std::regex test("^ *def (test\\w*)\\(.*");
  const std::regex snakeCase("test_[a-z0-9_]+");
  for (const auto& file : files_) {
    if (!file.isTest() || !file.path.ends_with(".py")) continue;
    for (const auto& line : file.lines) {
      std::smatch match;
      if (!std::regex_match(line, match, test)) continue;
      EXPECT_TRUE(std::regex_match(match[1].str(), snakeCase)) << file.path << ": " << match[1];
    }
  }
}

// Two types of one name in one namespace are one to the linker, which takes either's functions for
// both.
TEST_F(NamesTest, NoTypeIsNamedTwice) {
  const std::regex opens("^namespace ([\\w:]+) \\{$");
  const std::regex type("^(?:class|struct|union|enum class|enum) (\\w+)(?: final)?(?: :.*)? \\{.*");
  std::map<std::string, std::set<std::string>> files;
  for (const auto& file : files_) {
    if (!file.path.ends_with(".h")) continue;
    std::string space;
    for (const auto& line : file.lines) {
      std::smatch match;
      if (std::regex_match(line, match, opens)) space = match[1];
      if (std::regex_match(line, match, type)) {
        files[space + "::" + match[1].str()].insert(file.path);
      }
    }
  }
  EXPECT_GT(files.size(), 200u);
  for (const auto& [name, paths] : files) {
    EXPECT_EQ(paths.size(), 1u) << name << " in " << *paths.begin() << " and " << *paths.rbegin();
  }
}

}  // namespace
}  // namespace brood::style
