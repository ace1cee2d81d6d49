#include "gateway/entry/refusal_meter.h"

#include <gtest/gtest.h>

namespace brood::gateway {
namespace {

TEST(RefusalMeterTest, TellsTheFirstAndTheNumberOfTheOthers) {
  RefusalMeter meter;
  uint64_t told = 0;
  for (int i = 0; i < 1000; ++i) told += meter.next(5'000'000 + static_cast<uint64_t>(i)).tell;
  EXPECT_EQ(told, RefusalMeter::kToldEachSecond);
  const auto next = meter.next(6'000'000);
  EXPECT_TRUE(next.tell);
  EXPECT_EQ(next.untold, 1000 - RefusalMeter::kToldEachSecond);
  EXPECT_EQ(meter.next(7'000'000).untold, 0u);
}

}  // namespace
}  // namespace brood::gateway
