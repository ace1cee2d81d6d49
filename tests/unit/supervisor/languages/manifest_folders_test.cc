#include "supervisor/languages/manifest_folders.h"

#include <gtest/gtest.h>
#include <kj/exception.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace brood::supervisor {
namespace {

namespace fs = std::filesystem;

std::string manifestOf(const std::string& name, const std::string& more = "") {
  return "name = \"" + name + "\"\nsource_file = \"main\"\nrun_command = [\"/bin/sh\"]\n" + more;
}

class ManifestFoldersTest : public testing::Test {
 protected:
  ManifestFoldersTest() {
    char name[] = "/tmp/brood-manifests-XXXXXX";
    root_ = ::mkdtemp(name);
    fs::create_directories(root_ / "shipped");
    fs::create_directories(root_ / "own");
  }
  ~ManifestFoldersTest() override { fs::remove_all(root_); }

  void write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  Manifests load(std::vector<std::string> operators = {"own"}) {
    for (auto& folder : operators) folder = (root_ / folder).string();
    return loadManifests((root_ / "shipped").string(), operators);
  }
  // Returns the text of the only refusal.
  std::string refusal() {
    auto refusals = load().refusals;
    EXPECT_EQ(refusals.size(), 1u);
    return refusals.empty() ? "" : refusals[0].text();
  }

  fs::path root_;
};

std::vector<std::string> namesOf(const Manifests& manifests) {
  std::vector<std::string> names;
  for (auto& manifest : manifests.usable) names.push_back(manifest.name);
  return names;
}

using Names = std::vector<std::string>;

TEST_F(ManifestFoldersTest, TakesFoldersAndSingleFiles) {
  write("shipped/sh/manifest.toml", manifestOf("sh"));
  write("own/lua.toml", manifestOf("lua"));
  write("own/awk/manifest.toml", manifestOf("awk"));
  write("own/README", "not a manifest");
  fs::create_directories(root_ / "own/empty");
  auto manifests = load();
  EXPECT_EQ(namesOf(manifests), (Names{"awk", "lua", "sh"}));
  EXPECT_TRUE(manifests.refusals.empty());
}

TEST_F(ManifestFoldersTest, RefusesTheBadAndLoadsTheOthers) {
  write("shipped/sh/manifest.toml", manifestOf("sh"));
  write("own/bad.toml", "name = \"bad\"\nsource_file = 7\n");
  write("own/good.toml", manifestOf("good"));
  EXPECT_EQ(namesOf(load()), (Names{"good", "sh"}));
  EXPECT_EQ(refusal(), (root_ / "own/bad.toml").string() + ":2: 'source_file' must be a string");
}

TEST_F(ManifestFoldersTest, LeavesANameToWhoHadItFirst) {
  const std::string shipped = (root_ / "shipped/z/manifest.toml").string();
  write("shipped/z/manifest.toml", manifestOf("z", "aliases = [\"zed\"]\nendings = [\"zz\"]\n"));
  const std::pair<std::string, std::string> claims[] = {
      {manifestOf("z"), "language z"},
      {manifestOf("zed"), "language zed"},
      {manifestOf("a", "aliases = [\"z\"]\n"), "language z"},
      {manifestOf("a", "endings = [\"zz\"]\n"), "ending .zz"}};
  for (const auto& [text, claimed] : claims) {
    write("own/a.toml", text);
    EXPECT_EQ(refusal(),
              (root_ / "own/a.toml").string() + ":1: the " + claimed + " is taken by " + shipped);
    EXPECT_EQ(namesOf(load()), (Names{"z"}));
  }
  write("own/a.toml", manifestOf("a", "endings = [\"z\"]\n"));
  EXPECT_EQ(namesOf(load()), (Names{"a", "z"}));
}

TEST_F(ManifestFoldersTest, SaysOfAFolderThatItIsNotThere) {
  auto manifests = load({"nowhere", "own"});
  ASSERT_EQ(manifests.refusals.size(), 1u);
  EXPECT_EQ(manifests.refusals[0].file, (root_ / "nowhere").string());
  EXPECT_THROW(loadManifests((root_ / "nowhere").string(), {}), kj::Exception);
}

TEST_F(ManifestFoldersTest, RefusesWhatIsTooLargeOrNoFile) {
  write("own/large.toml", "#" + std::string(1 << 20, ' '));
  EXPECT_NE(refusal().find("larger"), std::string::npos);
  fs::remove(root_ / "own/large.toml");
  fs::create_directories(root_ / "own/folder.toml");
  EXPECT_FALSE(refusal().empty());
}

}  // namespace
}  // namespace brood::supervisor
