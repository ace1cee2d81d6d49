#include "recorder/files/usage_file.h"

#include <gtest/gtest.h>

#include "tests/unit/recorder/temporary_folder.h"

namespace brood::recorder {
namespace {

class UsageFileTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  std::string path_ = folder_ / "usage.json";
};

TEST_F(UsageFileTest, LoadsWhatItHasSaved) {
  gateway::UsageBook book;
  book.on("acme", "2026-11-29").cpuMicros = 42;
  EXPECT_EQ(saveUsage(path_, book), "");
  const auto loaded = loadUsage(path_);
  EXPECT_EQ(loaded.problem, "");
  EXPECT_EQ(loaded.book, book);
}

TEST_F(UsageFileTest, NoFileIsNothingUsed) {
  EXPECT_EQ(loadUsage(path_).problem, "");
  EXPECT_TRUE(loadUsage(path_).book.tenants().empty());
}

TEST_F(UsageFileTest, ABadFileIsPutAside) {
  std::ofstream(path_) << "{\"version\":1";
  EXPECT_NE(loadUsage(path_).problem, "");
  EXPECT_EQ(contentOf(path_ + ".bad"), "{\"version\":1");
  EXPECT_EQ(loadUsage(path_).problem, "");
}

TEST_F(UsageFileTest, SaysWhyItCannotBeSaved) {
  EXPECT_NE(saveUsage(folder_ / "none" + "/usage.json", {}), "");
}

}  // namespace
}  // namespace brood::recorder
