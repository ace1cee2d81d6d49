// Messages are for people: an exception of KJ's names expressions of the source, so its description
// reaches nobody but through plainText().
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/unit/style/source_tree.h"

namespace brood::style {
namespace {

// These two turn an exception into one of Node's or Ruby's, and know no other room.
const std::set<std::string> kAddons{"runtimes/javascript/addon.cc", "runtimes/ruby/addon.cc"};

bool isAboutExceptions(const std::string& line) {
  for (const char* name : {"exception", "error", "why", "problem"}) {
    for (const char* access : {".getDescription()", "->getDescription()"}) {
      if (line.find(std::string(name) + access) != std::string::npos) return true;
    }
    if (line.find("kj::str(" + std::string(name) + ")") != std::string::npos) return true;
  }
  return false;
}

TEST(MessagesTest, ExceptionsAreToldInPlainWords) {
  for (const auto& file : readSourceTree(BROOD_SOURCE_DIR)) {
    if (file.isTest() || file.folder() == "base" || kAddons.contains(file.path)) continue;
    for (size_t i = 0; i < file.lines.size(); ++i) {
      EXPECT_FALSE(isAboutExceptions(file.lines[i])) << file.path << ":" << i + 1;
    }
  }
}

TEST(MessagesTest, StartUpHasOneKindOfRefusal) {
  const std::string other = std::string("throw std::") + "runtime_error";
  for (const auto& file : readSourceTree(BROOD_SOURCE_DIR)) {
    for (const char* room : {"config/", "supervisor/", "gateway/"}) {
      if (!file.path.starts_with(room)) continue;
      for (size_t i = 0; i < file.lines.size(); ++i) {
        EXPECT_EQ(file.lines[i].find(other), std::string::npos) << file.path << ":" << i + 1;
      }
    }
  }
}

}  // namespace
}  // namespace brood::style
