#include "supervisor/runtime_manifest.h"

#include <gtest/gtest.h>
#include <kj/exception.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace brood {
namespace {

namespace fs = std::filesystem;

class RuntimeManifestTest : public testing::Test {
 protected:
  RuntimeManifestTest() {
    char name[] = "/tmp/brood-manifests-XXXXXX";
    root_ = ::mkdtemp(name);
  }
  ~RuntimeManifestTest() override { fs::remove_all(root_); }

  void add(const std::string& folder, const std::string& text) {
    fs::create_directories(root_ / folder);
    std::ofstream(root_ / folder / "manifest.toml") << text;
  }
  std::string errorOfLoading() {
    try {
      loadManifests(root_.string());
    } catch (const kj::Exception& exception) {
      return exception.getDescription().cStr();
    }
    return "";
  }

  fs::path root_;
};

constexpr const char* kGood = R"(
name = "lua"
aliases = ["lua5"]
source_file = "main.lua"
cold_command = ["/usr/bin/lua", "{source}"]
[settings]
colour = "blue"
)";

TEST_F(RuntimeManifestTest, loadsAndFillsInTheSource) {
  add("lua", kGood);
  auto manifests = loadManifests(root_.string());
  ASSERT_EQ(manifests.size(), 1u);
  EXPECT_EQ(manifests[0].name, "lua");
  EXPECT_EQ(manifests[0].settings.at(0).second, "blue");
  EXPECT_EQ(manifests[0].commandFor("/workspace/main.lua"),
            (std::vector<std::string>{"/usr/bin/lua", "/workspace/main.lua"}));
}

TEST_F(RuntimeManifestTest, refusesNamesThatLeaveTheirFolder) {
  const std::string others = "name = \"lua\"\ncold_command = [\"/usr/bin/lua\"]\n";
  for (const char* file : {"..", ".", "", "../main.lua", "main\\u0000.lua"}) {
    add("lua", others + "source_file = \"" + file + "\"\n");
    EXPECT_NE(errorOfLoading().find("source_file"), std::string::npos) << file;
  }
  add("lua", others + "source_file = \"main.lua\"\nzygote = \"../../bin/sh\"\n");
  EXPECT_NE(errorOfLoading().find("zygote"), std::string::npos);
  add("lua", others + "source_file = \"main.lua\"\n");
  EXPECT_EQ(errorOfLoading(), "");
}

TEST_F(RuntimeManifestTest, settingsAreATable) {
  add("lua", "name = \"lua\"\nsource_file = \"x\"\ncold_command = [\"x\"]\nsettings = 1\n");
  EXPECT_NE(errorOfLoading().find("settings"), std::string::npos);
}

TEST_F(RuntimeManifestTest, ignoresFoldersWithoutManifest) {
  fs::create_directories(root_ / "empty");
  EXPECT_TRUE(loadManifests(root_.string()).empty());
}

TEST_F(RuntimeManifestTest, refusesWithFileLineAndReason) {
  add("bad", "name = \"bad\"\nsource_file = 7\n");
  auto error = errorOfLoading();
  EXPECT_NE(error.find("manifest.toml:2"), std::string::npos) << error;
  EXPECT_NE(error.find("source_file"), std::string::npos) << error;
}

TEST_F(RuntimeManifestTest, refusesUnknownKeys) {
  add("bad", std::string("colour = 1\n") + kGood);
  EXPECT_NE(errorOfLoading().find("unknown key"), std::string::npos);
}

TEST_F(RuntimeManifestTest, refusesTextThatIsNotToml) {
  add("bad", "name = [");
  EXPECT_NE(errorOfLoading().find("not TOML"), std::string::npos);
}

TEST_F(RuntimeManifestTest, refusesSourceFilesOutsideTheWorkspace) {
  add("bad", "name=\"x\"\nsource_file=\"../x\"\ncold_command=[\"x\"]\n");
  EXPECT_NE(errorOfLoading().find("bare file name"), std::string::npos);
}

TEST_F(RuntimeManifestTest, refusesTwoOwnersOfOneName) {
  add("one", kGood);
  add("two", "name=\"lua5\"\nsource_file=\"x\"\ncold_command=[\"x\"]\n");
  EXPECT_NE(errorOfLoading().find("two runtimes claim one name"), std::string::npos);
}

}  // namespace
}  // namespace brood
