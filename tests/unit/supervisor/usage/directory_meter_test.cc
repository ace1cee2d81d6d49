#include "supervisor/usage/directory_meter.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace brood::supervisor {
namespace {

namespace fs = std::filesystem;

class DirectoryMeterTest : public ::testing::Test {
 protected:
  DirectoryMeterTest() {
    char pattern[] = "/tmp/brood-meter-XXXXXX";
    root_ = ::mkdtemp(pattern);
    fd_ = OwnedFd(::open(root_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  }
  ~DirectoryMeterTest() override { fs::remove_all(root_); }

  void write(const fs::path& name, size_t bytes) {
    std::ofstream(root_ / name) << std::string(bytes, 'x');
  }
  std::vector<OwnedFd> roots() {
    std::vector<OwnedFd> roots;
    roots.emplace_back(::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0));
    return roots;
  }
  DirectoryMeter measured() {
    DirectoryMeter meter(roots());
    while (!meter.step(10)) {
    }
    return meter;
  }

  fs::path root_;
  OwnedFd fd_;
};

TEST_F(DirectoryMeterTest, SumsWhatIsThereHoweverOftenItStops) {
  fs::create_directories(root_ / "a/b");
  for (int i = 0; i < 30; ++i) write("a/b/" + std::to_string(i), 8192);
  const DirectoryMeter meter = measured();
  EXPECT_GE(meter.bytes(), 30 * 8192u);
  EXPECT_LT(meter.bytes(), 31 * 8192u + 64 * 1024);
  EXPECT_EQ(meter.inodes(), 33u);
}

TEST_F(DirectoryMeterTest, AFileWithTwoNamesCountsOnceAndALinkLeadsNowhere) {
  write("file", 1 << 20);
  fs::create_hard_link(root_ / "file", root_ / "again");
  fs::create_symlink("/usr", root_ / "link");
  const DirectoryMeter meter = measured();
  EXPECT_LT(meter.bytes(), 2u << 20);
  EXPECT_EQ(meter.inodes(), 3u);
}

TEST_F(DirectoryMeterTest, OneTurnIsBoundedWithinAFolderToo) {
  for (int i = 0; i < 300; ++i) write(std::to_string(i), 0);
  DirectoryMeter meter(roots());
  for (uint64_t seen = 0; seen < 250; seen += 50) {
    ASSERT_FALSE(meter.step(50));
    EXPECT_LE(meter.inodes(), seen + 51);
  }
  while (!meter.step(50)) {
  }
  EXPECT_EQ(meter.inodes(), 301u);
}

TEST_F(DirectoryMeterTest, HolesAreNotCounted) {
  write("file", 1);
  ASSERT_EQ(::truncate((root_ / "file").c_str(), 1ll << 40), 0);
  EXPECT_LT(measured().bytes(), 1u << 20);
}

TEST_F(DirectoryMeterTest, FoldersOfAnyDepthAreEntered) {
  OwnedFd place(::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (int i = 0; i < 3000; ++i) {
    ASSERT_EQ(::mkdirat(place.get(), "folder", 0700), 0);
    place = OwnedFd(::openat(place.get(), "folder", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  OwnedFd file(::openat(place.get(), "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  const std::string content(1 << 20, 'x');
  ASSERT_EQ(::write(file.get(), content.data(), content.size()), 1 << 20);
  const DirectoryMeter meter = measured();
  EXPECT_EQ(meter.inodes(), 3002u);
  EXPECT_GE(meter.bytes(), 1u << 20);
  // Nor does the test's own clean-up recurse.
  place.reset();
  ASSERT_EQ(::system(("rm -rf " + (root_ / "folder").string()).c_str()), 0);
}

// A walk that loses its way begins again and comes to an end.
TEST_F(DirectoryMeterTest, FoldersMayMoveMeanwhile) {
  std::string deep = "a";
  for (int i = 0; i < 40; ++i) deep += "/a";
  fs::create_directories(root_ / deep);
  fs::create_directory(root_ / "elsewhere");
  DirectoryMeter meter(roots());
  ASSERT_FALSE(meter.step(30));
  fs::rename(root_ / "a/a", root_ / "elsewhere/a");
  while (!meter.step(10)) {
  }
  EXPECT_GE(meter.inodes(), 43u);
}

}  // namespace
}  // namespace brood::supervisor
