// A listing is sorted, bounded, and goes through no link.

#include "zygote/service/file_listing.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <string>

#include "rpc/wire/file_frames.h"

namespace brood::zygote {
namespace {

class FileListingTest : public ::testing::Test {
 protected:
  FileListingTest() {
    if (::mkdtemp(folder_.data()) == nullptr) ::abort();
    std::filesystem::create_directories(folder_ + "/b/c/d");
    std::filesystem::create_directories(folder_ + "/a");
    if (::symlink("..", (folder_ + "/a/up").c_str()) < 0) ::abort();
  }
  ~FileListingTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  // The paths, each with a space behind it, and "..." where there was more.
  std::string list(uint32_t depth, uint64_t length) const {
    kj::Vector<kj::byte> records;
    OwnedFd folder(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const bool isWhole = listFolder(records, kj::mv(folder), "/x", depth, length);
    EXPECT_LE(records.size(), length);
    std::string paths;
    for (size_t at = 0; at < records.size();) {
      FileRecord record;
      std::memcpy(&record, records.begin() + at, sizeof(record));
      at += sizeof(record);
      paths.append(reinterpret_cast<const char*>(records.begin()) + at, record.pathBytes);
      paths += ' ';
      at += record.pathBytes + record.targetBytes;
    }
    return isWhole ? paths : paths + "...";
  }

  std::string folder_ = "/tmp/brood-listing-test-XXXXXX";
};

TEST_F(FileListingTest, GoesAsDeepAsItIsTold) {
  EXPECT_EQ(list(0, 4096), "/x/a /x/b ");
  EXPECT_EQ(list(2, 4096), "/x/a /x/a/up /x/b /x/b/c ");
  EXPECT_EQ(list(4000, 4096), "/x/a /x/a/up /x/b /x/b/c /x/b/c/d ");
}

TEST_F(FileListingTest, SaysWhereItIsCutOff) {
  EXPECT_EQ(list(1, 0), "...");
  EXPECT_EQ(list(1, sizeof(FileRecord) + 4), "/x/a ...");
}

TEST_F(FileListingTest, DescribesNothingThatIsNotThere) {
  kj::Vector<kj::byte> records;
  EXPECT_EQ(addRecord(records, AT_FDCWD, (folder_ + "/none").c_str(), "/x"), ENOENT);
  EXPECT_EQ(records.size(), 0u);
}

}  // namespace
}  // namespace brood::zygote
