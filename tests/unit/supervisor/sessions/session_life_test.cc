#include "supervisor/sessions/session_life.h"

#include <gtest/gtest.h>

namespace brood::supervisor {
namespace {

constexpr auto kStart = kj::origin<kj::TimePoint>();

TEST(SessionLife, EndsWhenNobodyHasUsedItForTooLong) {
  SessionLife life(kStart, 60'000, 10'000);
  EXPECT_EQ(life.endsAt(), kStart + 10 * kj::SECONDS);
  life.noteUse();
  EXPECT_EQ(life.endsAt(), kStart + 60 * kj::SECONDS) << "while it is used";
  life.noteUse();
  life.noteUseEnded(kStart + 5 * kj::SECONDS);
  EXPECT_TRUE(life.isUsed());
  life.noteUseEnded(kStart + 20 * kj::SECONDS);
  EXPECT_EQ(life.endsAt(), kStart + 30 * kj::SECONDS);
}

TEST(SessionLife, EndsWhenItsTimeIsOverHoweverItIsUsed) {
  SessionLife life(kStart, 60'000, 50'000);
  life.noteUse();
  life.noteUseEnded(kStart + 40 * kj::SECONDS);
  EXPECT_EQ(life.endsAt(), kStart + 60 * kj::SECONDS);
  life.setTtl(kStart + 50 * kj::SECONDS, 100'000);
  EXPECT_EQ(life.endOfTime(), kStart + 150 * kj::SECONDS);
  life.setIdleTimeout(kStart + 50 * kj::SECONDS, 5'000);
  EXPECT_EQ(life.endsAt(), kStart + 55 * kj::SECONDS);
}

}  // namespace
}  // namespace brood::supervisor
