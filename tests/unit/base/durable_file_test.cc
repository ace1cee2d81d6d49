#include "base/durable_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <system_error>

namespace brood {
namespace {

class DurableFileTest : public testing::Test {
 protected:
  DurableFileTest() {
    char name[] = "/tmp/brood-durable-XXXXXX";
    folder_ = ::mkdtemp(name);
    path_ = folder_ / "file";
  }
  ~DurableFileTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
  std::string path_;
};

TEST_F(DurableFileTest, ReplacesAFileAsAWhole) {
  replaceDurably(path_, "one");
  replaceDurably(path_, "two");
  const auto file = readSmallFile(path_, 100);
  EXPECT_EQ(std::get<FileText>(file).text, "two");
  EXPECT_EQ(std::get<FileText>(file).facts.st_mode & 07777, 0600u);
}

TEST_F(DurableFileTest, AFailureLeavesWhatWasThere) {
  std::filesystem::create_directory(path_);  // Cannot be replaced by a file.
  EXPECT_THROW(replaceDurably(path_, "one"), std::system_error);
  EXPECT_TRUE(std::filesystem::is_directory(path_));
  size_t entries = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_)) ++entries;
  EXPECT_EQ(entries, 1u);
  EXPECT_THROW(replaceDurably(folder_ / "none" / "file", "one"), std::system_error);
}

TEST_F(DurableFileTest, AMissingFileHasItsErrno) {
  const auto file = readSmallFile(path_, 100);
  EXPECT_EQ(std::get<FileProblem>(file).error, ENOENT);
}

TEST_F(DurableFileTest, ReadingIsBounded) {
  std::ofstream(path_) << std::string(1000, 'a');
  EXPECT_TRUE(std::holds_alternative<FileText>(readSmallFile(path_, 1000)));
  EXPECT_TRUE(std::holds_alternative<FileProblem>(readSmallFile(path_, 999)));
}

TEST_F(DurableFileTest, ALockIsFreeOnceItIsDropped) {
  { const FileLock first(path_); }
  const FileLock second(path_);
  EXPECT_TRUE(std::filesystem::exists(path_ + ".lock"));
}

}  // namespace
}  // namespace brood
