#include "zygote/process/tree_removal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/owned_fd.h"
#include "tests/unit/zygote/forked_child.h"

namespace brood::zygote {
namespace {

namespace fs = std::filesystem;

// As an ordinary user: whom modes bind.
constexpr unsigned kNobody = 65534;

class TreeRemovalTest : public ::testing::Test {
 protected:
  TreeRemovalTest() {
    char pattern[] = "/tmp/brood-removal-XXXXXX";
    root_ = ::mkdtemp(pattern);
    EXPECT_EQ(::chown(root_.c_str(), kNobody, kNobody), 0);
  }
  ~TreeRemovalTest() override { fs::remove_all(root_); }

  // In a child: makes what the function makes in an empty directory, removes it, and looks.
  int removedAfter(const std::function<void()>& make) {
    return inForkedChild([&] {
      if (::setgid(kNobody) < 0 || ::setuid(kNobody) < 0 || ::chdir(root_.c_str()) < 0) return 1;
      make();
      OwnedFd directory(::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
      if (!directory || fs::is_empty(root_)) return 2;
      if (!emptyDirectory(directory.get())) return 3;
      return fs::is_empty(root_) ? 0 : 4;
    });
  }

  fs::path root_;
};

TEST_F(TreeRemovalTest, FilesOfEveryKindInMultitudes) {
  EXPECT_EQ(removedAfter([] {
              for (int i = 0; i < 3000; ++i) std::ofstream("file" + std::to_string(i)) << i;
              ::mkfifo("fifo", 0);
              fs::create_symlink("nowhere", "broken");
              std::ofstream("closed").flush();
              ::chmod("closed", 0);
            }),
            0);
}

TEST_F(TreeRemovalTest, FoldersThatAreClosedToTheirOwner) {
  EXPECT_EQ(removedAfter([] {
              fs::create_directories("a/b/c");
              std::ofstream("a/b/c/file") << 1;
              for (const char* name : {"a/b/c", "a/b", "a"}) ::chmod(name, 0);
            }),
            0);
}

// Longer than any path may be, and deeper than there are descriptors.
TEST_F(TreeRemovalTest, FoldersOfAnyDepth) {
  EXPECT_EQ(removedAfter([] {
              for (int i = 0; i < 5000; ++i) {
                ASSERT_EQ(::mkdir("folder", i % 7 == 0 ? 0700 : 0755), 0);
                ASSERT_EQ(::chdir("folder"), 0);
              }
              std::ofstream("file") << 1;
            }),
            0);
}

TEST_F(TreeRemovalTest, NoLinkIsFollowed) {
  char pattern[] = "/tmp/brood-elsewhere-XXXXXX";
  const fs::path elsewhere = ::mkdtemp(pattern);
  ASSERT_EQ(::chown(elsewhere.c_str(), kNobody, kNobody), 0);
  std::ofstream(elsewhere / "file") << "kept";
  EXPECT_EQ(removedAfter([&] {
              fs::create_directory("folder");
              fs::create_symlink(elsewhere, "folder/link");
              fs::create_symlink(elsewhere / "file", "link");
            }),
            0);
  EXPECT_TRUE(fs::exists(elsewhere / "file"));
  fs::remove_all(elsewhere);
}

}  // namespace
}  // namespace brood::zygote
