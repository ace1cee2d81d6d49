// Orders and links, and orders between file systems.

#include "zygote/service/file_orders.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace brood::zygote {
namespace {

class FileOrdersTest : public ::testing::Test {
 protected:
  FileOrdersTest() {
    for (auto* folder : {&workspace_, &elsewhere_}) {
      *folder += "/brood-orders-test-XXXXXX";
      if (::mkdtemp(folder->data()) == nullptr) ::abort();
    }
  }
  ~FileOrdersTest() override {
    std::error_code ignored;
    for (auto* folder : {&workspace_, &elsewhere_}) std::filesystem::remove_all(*folder, ignored);
  }

  void write(const std::string& path) const {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << "text";
  }
  static std::string read(const std::string& path) {
    std::ifstream file(path);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  std::string workspace_ = "/tmp", elsewhere_ = "/dev/shm";
};

TEST_F(FileOrdersTest, MovesFilesFromOneFileSystemToAnother) {
  const FileOrders orders(workspace_.c_str());
  write(workspace_ + "/file");
  write(workspace_ + "/folder/file");
  ::chmod((workspace_ + "/file").c_str(), 0751);
  const std::string target = elsewhere_ + "/new/file";
  EXPECT_EQ(orders.move("file", target.c_str()).errnoValue, 0);
  EXPECT_EQ(read(target), "text");
  EXPECT_FALSE(std::filesystem::exists(workspace_ + "/file"));
  struct stat info;
  ASSERT_EQ(::stat(target.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0751u);
  EXPECT_EQ(orders.move("folder", (elsewhere_ + "/folder").c_str()).errnoValue, EXDEV);
}

// Links are the session's own, and so is what they lead to: but a removal stops at them.
TEST_F(FileOrdersTest, RemovesLinksAndNotWhatTheyLeadTo) {
  const FileOrders orders(workspace_.c_str());
  write(workspace_ + "/kept/file");
  write(workspace_ + "/tree/sub/file");
  ASSERT_EQ(::symlink("../kept", (workspace_ + "/tree/link").c_str()), 0);
  ASSERT_EQ(::symlink("kept", (workspace_ + "/link").c_str()), 0);
  EXPECT_EQ(orders.remove("tree").errnoValue, 0);
  EXPECT_EQ(orders.remove("link").errnoValue, 0);
  EXPECT_EQ(read(workspace_ + "/kept/file"), "text");
  EXPECT_FALSE(std::filesystem::exists(workspace_ + "/tree"));
}

TEST_F(FileOrdersTest, RemovesFoldersWithoutPermissionsAndDeepOnes) {
  const FileOrders orders(workspace_.c_str());
  std::string path = workspace_ + "/deep";
  for (int i = 0; i < 300; ++i) path += "/d";
  write(path + "/file");
  write(workspace_ + "/deep/closed/file");
  ::chmod((workspace_ + "/deep/closed").c_str(), 0);
  EXPECT_EQ(orders.remove("deep").errnoValue, 0);
  EXPECT_FALSE(std::filesystem::exists(workspace_ + "/deep"));
}

}  // namespace
}  // namespace brood::zygote
