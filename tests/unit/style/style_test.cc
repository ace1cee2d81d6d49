// Style as a test: the one direction of dependency, short files, nothing left undone.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "tests/unit/style/source_tree.h"

namespace brood {
namespace {

// Which rooms' files a room may include besides its own.
const std::map<std::string, std::set<std::string>> kMayInclude{
    {"rpc", {}},
    {"config", {"rpc"}},
    {"canary", {"rpc"}},
    {"host", {"rpc", "config"}},
    {"runtimes", {}},
    {"zygote", {"rpc", "runtimes"}},
    {"supervisor", {"rpc", "config", "host"}},
    {"gateway", {"rpc", "config"}},
    {"cli", {"rpc", "config", "host"}},
    // It measures the others with their own tools, and nobody includes it.
    {"bench", {"rpc", "config", "host", "zygote", "runtimes", "supervisor", "cli", "tests"}},
};

// What others may know of languages.
const std::set<std::string> kRuntimeInterface{"runtimes/runtime.h", "runtimes/base_environment.h",
                                              "runtimes/parked_channel.h"};

// What languages may know of the room that has the wire's types: what can be switched off.
const std::set<std::string> kKnownToRuntimes{"rpc/techniques.h"};

constexpr size_t kLongestFile = 450;

std::string firstFolder(const std::string& path) { return path.substr(0, path.find('/')); }

// "runtimes/python" of "runtimes/python/script.h".
std::string languageFolder(const std::string& path) {
  return path.substr(0, path.find('/', path.find('/') + 1));
}

bool isAllowed(const SourceFile& file, const std::string& included) {
  std::string room = firstFolder(included);
  if (room == "runtimes" && kRuntimeInterface.contains(included)) {
    return file.room() == "runtimes" || kMayInclude.at(file.room()).contains("runtimes");
  }
  // A language is known to its own folder only.
  if (room == "runtimes") return languageFolder(included) == languageFolder(file.path);
  if (file.room() == "runtimes" && kKnownToRuntimes.contains(included)) return true;
  return room == file.room() || kMayInclude.at(file.room()).contains(room);
}

class StyleTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { files_ = readSourceTree(BROOD_SOURCE_DIR); }

  static inline std::vector<SourceFile> files_;
};

TEST_F(StyleTest, SeesTheTree) { EXPECT_GT(files_.size(), 100u); }

TEST_F(StyleTest, DependenciesHaveOneDirection) {
  for (const auto& file : files_) {
    if (!kMayInclude.contains(file.room())) continue;
    for (const auto& included : file.includedPaths()) {
      EXPECT_TRUE(isAllowed(file, included)) << file.path << " includes " << included;
    }
  }
}

TEST_F(StyleTest, FilesAreShort) {
  for (const auto& file : files_) {
    EXPECT_LE(file.lines.size(), kLongestFile) << file.path;
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
}  // namespace brood
