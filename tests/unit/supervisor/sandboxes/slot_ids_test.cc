#include "supervisor/sandboxes/slot_ids.h"

#include <gtest/gtest.h>
#include <kj/exception.h>

namespace brood::supervisor {
namespace {

TEST(SlotIds, TheOldestIsTakenFirst) {
  SlotIds ids(2);
  EXPECT_EQ(ids.take(), 0u);
  EXPECT_EQ(ids.take(), 1u);
  EXPECT_TRUE(ids.areAllTaken());
  EXPECT_NE(kj::runCatchingExceptions([&]() { ids.take(); }), nullptr);
  ids.giveBack(1);
  ids.giveBack(0);
  EXPECT_EQ(ids.take(), 1u);
}

TEST(SlotIds, EveryPoolHearsOfOneThatIsFree) {
  SlotIds ids(1);
  int one = 0, other = 0;
  ids.onGivenBack([&]() { ++one; });
  ids.onGivenBack([&]() { ++other; });
  ids.giveBack(ids.take());
  EXPECT_EQ(one, 1);
  EXPECT_EQ(other, 1);
}

}  // namespace
}  // namespace brood::supervisor
