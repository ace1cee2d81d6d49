// The rooms of rooms.txt: every folder is one, is of a size that can be read, and includes only
// what it may; and each module has a test.
#include "tests/unit/style/room_table.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "tests/unit/style/source_tree.h"

namespace brood::style {
namespace {

constexpr size_t kMinModules = 3;
constexpr size_t kMaxModules = 16;
// The length of untested.txt: lower it whenever the list gets shorter.
constexpr size_t kMaxUntested = 152;

class RoomsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { files_ = readSourceTree(BROOD_SOURCE_DIR); }

  // The names of the modules in each folder of the rooms, "tests" left out.
  static std::map<std::string, std::set<std::string>> modules() {
    std::map<std::string, std::set<std::string>> found;
    for (const auto& file : files_) {
      const bool isSchema = file.path.ends_with(".capnp") || file.path.ends_with(".capnp.in");
      if (!file.isTest() && (file.isCpp() || isSchema)) found[file.folder()].insert(file.stem());
    }
    return found;
  }

  static inline std::vector<SourceFile> files_;
  const RoomTable table_{BROOD_STYLE_DIR "/rooms.txt"};
};

TEST_F(RoomsTest, EveryFolderIsARoom) {
  std::set<std::string> named(table_.rooms().begin(), table_.rooms().end());
  for (const auto& [folder, names] : modules()) {
    EXPECT_TRUE(named.contains(folder)) << folder << " has no line in rooms.txt";
    named.erase(folder);
  }
  for (const auto& room : named) {
    EXPECT_TRUE(table_.hasRoomsInside(room)) << "rooms.txt: nothing is in " << room;
  }
}

TEST_F(RoomsTest, DependenciesHaveOneDirection) {
  std::map<std::string, std::set<std::string>> unused;
  for (const auto& room : table_.rooms()) unused[room] = table_.neighbours(room);
  for (const auto& file : files_) {
    const std::string room = table_.roomOf(file.path);
    if (room.empty()) continue;
    for (const auto& included : file.includedPaths()) {
      const std::string other = table_.roomOf(included);
      // The benchmark of slots drives the zygote with the harness of its tests.
      if (room == "bench/micro" && included.starts_with("tests/unit/zygote/")) continue;
      EXPECT_TRUE(other == room || table_.neighbours(room).contains(other))
          << file.path << " includes " << included;
      unused[room].erase(other);
    }
  }
  for (const auto& [room, others] : unused) {
    for (const auto& other : others) {
      ADD_FAILURE() << "rooms.txt: " << room << " includes nothing of " << other;
    }
  }
}

TEST_F(RoomsTest, RoomsAreNeitherTinyNorFull) {
  std::map<std::string, std::string> small;
  for (const auto& [room, reason] : readEntries(BROOD_STYLE_DIR "/small_rooms.txt")) {
    EXPECT_FALSE(reason.empty()) << room;
    small[room] = reason;
  }
  for (const auto& [folder, names] : modules()) {
    EXPECT_LE(names.size(), kMaxModules) << folder;
    // The folder around rooms holds what is left: a main(), the wiring.
    if (table_.hasRoomsInside(folder)) continue;
    const bool isSmall = names.size() < kMinModules;
    EXPECT_EQ(isSmall, small.erase(folder) > 0) << folder << " has " << names.size() << " modules";
  }
  EXPECT_TRUE(small.empty()) << "small_rooms.txt: no such room: " << small.begin()->first;
}

TEST_F(RoomsTest, EveryModuleHasATest) {
  std::set<std::string> sources;
  for (const auto& file : files_) {
    if (file.path.ends_with(".cc")) sources.insert(file.path.substr(0, file.path.size() - 3));
  }
  const auto list = readList(BROOD_STYLE_DIR "/untested.txt");
  EXPECT_EQ(list.size(), kMaxUntested) << "the list may only get shorter, and the number with it";
  std::set<std::string> untested(list.begin(), list.end());
  for (const auto& module : sources) {
    if (table_.roomOf(module).empty() || module.ends_with("/main")) continue;
    const bool isTested = sources.contains("tests/unit/" + module + "_test");
    const bool isListed = untested.erase(module) > 0;
    EXPECT_TRUE(isTested || isListed) << module << ".cc has no tests/unit/" << module << "_test.cc";
    EXPECT_FALSE(isTested && isListed) << module << " has a test: take it out of untested.txt";
  }
  EXPECT_TRUE(untested.empty()) << "untested.txt: no such module: " << *untested.begin();
}

}  // namespace
}  // namespace brood::style
