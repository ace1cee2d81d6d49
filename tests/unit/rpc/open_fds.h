#pragma once
// Tests of this folder end with as many descriptors open as they began with.

#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>

namespace brood {

inline long openFdCount() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                       std::filesystem::directory_iterator());
}

class FdLeakTest : public ::testing::Test {
 protected:
  void SetUp() override { before_ = openFdCount(); }
  void TearDown() override { EXPECT_EQ(openFdCount(), before_) << "descriptors leaked"; }

 private:
  long before_ = 0;
};

}  // namespace brood
