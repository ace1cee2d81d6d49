#include "gateway/http/memory_budget.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

constexpr uint64_t kFree = BufferShare::kFreeBytes;

class MemoryBudgetTest : public ::testing::Test {
 protected:
  HttpMetrics metrics_;
  MemoryBudget budget_{1000, metrics_};
};

TEST_F(MemoryBudgetTest, LittleIsFree) {
  BufferShare full(budget_), other(budget_);
  ASSERT_TRUE(full.reserve(kFree + 1000));
  EXPECT_EQ(budget_.usedBytes(), 1000u);
  EXPECT_TRUE(other.reserve(kFree));
  EXPECT_FALSE(other.reserve(1));
  EXPECT_EQ(other.heldBytes(), kFree) << "what was refused is not held";
  EXPECT_NE(metrics_.text(true).find("brood_http_buffers_full_total 1"), std::string::npos);
}

TEST_F(MemoryBudgetTest, ReturnedBytesCanBeReservedAgain) {
  BufferShare one(budget_);
  {
    BufferShare two(budget_);
    ASSERT_TRUE(two.reserve(kFree + 600));
    EXPECT_FALSE(one.reserve(kFree + 600));
    two.giveBack(300);
    EXPECT_EQ(budget_.usedBytes(), 300u);
    EXPECT_TRUE(one.reserve(kFree + 600));
    two.giveBack(kFree + 1'000'000);
    EXPECT_EQ(budget_.usedBytes(), 600u);
    ASSERT_TRUE(two.reserve(kFree + 400));
  }
  EXPECT_EQ(budget_.usedBytes(), 600u) << "a share that is gone holds nothing";
  one.clear();
  EXPECT_EQ(budget_.usedBytes(), 0u);
}

TEST_F(MemoryBudgetTest, NumbersDoNotWrapAround) {
  BufferShare one(budget_);
  EXPECT_FALSE(one.reserve(~0ull - kFree));
  EXPECT_TRUE(one.reserve(1));
}

}  // namespace
}  // namespace brood::gateway
