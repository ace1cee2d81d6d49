#include "recorder/files/spool.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/recorder/temporary_folder.h"

namespace brood::recorder {
namespace {

std::vector<std::string> bytesOf(const std::vector<Spool::Item>& items) {
  std::vector<std::string> result;
  for (const auto& item : items) result.push_back(item.bytes);
  return result;
}

using Strings = std::vector<std::string>;

class SpoolTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  std::string path_ = folder_ / "spool";
};

TEST_F(SpoolTest, GivesTheOldestFirst) {
  Spool spool(path_, 1000);
  EXPECT_TRUE(spool.put("one"));
  EXPECT_TRUE(spool.put("two"));
  EXPECT_TRUE(spool.put("three"));
  EXPECT_EQ(bytesOf(spool.oldest(100, 2)), (Strings{"one", "two"}));
  EXPECT_EQ(bytesOf(spool.oldest(4, 10)), (Strings{"one"}));
  EXPECT_EQ(bytesOf(spool.oldest(1, 10)), (Strings{"one"}));
  spool.drop(spool.oldest(100, 2));
  EXPECT_EQ(bytesOf(spool.oldest(100, 10)), (Strings{"three"}));
  EXPECT_EQ(spool.bytes(), 5u);
}

TEST_F(SpoolTest, IsBounded) {
  Spool spool(path_, 10);
  EXPECT_TRUE(spool.put("12345"));
  EXPECT_TRUE(spool.put("67890"));
  EXPECT_FALSE(spool.put("1"));
  EXPECT_EQ(spool.problem(), "");
  spool.drop(spool.oldest(5, 1));
  EXPECT_TRUE(spool.put("1"));
}

TEST_F(SpoolTest, TheNextOneTakesUpWhatIsLeft) {
  {
    Spool spool(path_, 1000);
    spool.put("one");
    spool.put("two");
    spool.drop(spool.oldest(3, 1));
  }
  std::ofstream(path_ + "/00000000000000000003.item.AbCdEf") << "half";
  std::ofstream(path_ + "/README") << "not ours";
  Spool spool(path_, 1000);
  EXPECT_EQ(spool.items(), 1u);
  spool.put("three");
  EXPECT_EQ(bytesOf(spool.oldest(100, 10)), (Strings{"two", "three"}));
  EXPECT_FALSE(std::filesystem::exists(path_ + "/00000000000000000003.item.AbCdEf"));
  EXPECT_TRUE(std::filesystem::exists(path_ + "/README"));
}

TEST_F(SpoolTest, WhatSomebodyHasRemovedIsForgotten) {
  Spool spool(path_, 1000);
  spool.put("one");
  spool.put("two");
  std::filesystem::remove(path_ + "/00000000000000000001.item");
  EXPECT_EQ(bytesOf(spool.oldest(100, 10)), (Strings{"two"}));
  EXPECT_EQ(spool.items(), 1u);
}

TEST_F(SpoolTest, ADiskThatTakesNothingIsAProblem) {
  Spool spool(path_, 1000);
  std::filesystem::remove_all(path_);
  EXPECT_FALSE(spool.put("one"));
  EXPECT_NE(spool.problem(), "");
  EXPECT_EQ(spool.items(), 0u);
}

TEST_F(SpoolTest, OneThreadMayPutWhileAnotherTakes) {
  Spool spool(path_, 1u << 20);
  std::thread putting([&] {
    for (int i = 0; i < 200; ++i) spool.put(std::to_string(i));
  });
  int next = 0;
  while (next < 200) {
    const auto items = spool.oldest(1000, 7);
    for (const auto& item : items) ASSERT_EQ(item.bytes, std::to_string(next++));
    spool.drop(items);
  }
  putting.join();
  EXPECT_EQ(spool.bytes(), 0u);
}

}  // namespace
}  // namespace brood::recorder
