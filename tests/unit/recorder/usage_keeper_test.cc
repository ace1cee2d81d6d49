#include "recorder/usage_keeper.h"

#include <gtest/gtest.h>
#include <spdlog/logger.h>

#include "tests/unit/recorder/temporary_folder.h"

namespace brood::recorder {
namespace {

class UsageKeeperTest : public testing::Test {
 protected:
  static std::string usage(uint64_t jobs) {
    gateway::UsageBook book;
    book.on("acme", "2026-11-29").jobs = jobs;
    return usageText(book);
  }

  TemporaryFolder folder_;
  std::string path_ = folder_ / "usage.json";
  spdlog::logger logger_{"test"};
};

TEST_F(UsageKeeperTest, KeepsTheMostThatItHasHeard) {
  {
    UsageKeeper keeper(path_, logger_);
    EXPECT_EQ(keeper.raise(usage(5)), "");
    EXPECT_EQ(keeper.raise(usage(3)), "");
    EXPECT_FALSE(std::filesystem::exists(path_));
    keeper.save();
  }
  EXPECT_EQ(UsageKeeper(path_, logger_).text(), usage(5));
}

TEST_F(UsageKeeperTest, SavesOnlyWhatIsNew) {
  UsageKeeper keeper(path_, logger_);
  keeper.raise(usage(5));
  keeper.save();
  std::filesystem::remove(path_);
  keeper.save();
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(UsageKeeperTest, TriesAgainWhatCouldNotBeSaved) {
  const std::string path = folder_ / "later" + "/usage.json";
  UsageKeeper keeper(path, logger_);
  keeper.raise(usage(5));
  keeper.save();
  std::filesystem::create_directory(folder_ / "later");
  keeper.save();
  EXPECT_EQ(contentOf(path), usage(5));
}

TEST_F(UsageKeeperTest, RefusesWhatIsNoUsage) {
  UsageKeeper keeper(path_, logger_);
  EXPECT_NE(keeper.raise("nonsense"), "");
}

}  // namespace
}  // namespace brood::recorder
