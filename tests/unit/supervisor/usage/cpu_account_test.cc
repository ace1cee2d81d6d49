#include "supervisor/usage/cpu_account.h"

#include <gtest/gtest.h>

#include <random>

namespace brood::supervisor {
namespace {

constexpr uint64_t kInterval = 10'000;

ProcessTimes process(pid_t pid, uint64_t own, uint64_t children = 0, bool isRunning = false) {
  return {.pid = pid,
          .startTicks = 7,
          .ownMicros = own,
          .childrenMicros = children,
          .isRunning = isRunning};
}

TEST(CpuAccount, SumsUpWhatIsThere) {
  CpuAccount account;
  account.look({process(1, 100), process(2, 50, 25)}, kInterval);
  EXPECT_EQ(account.totalMicros(), 175u);
}

TEST(CpuAccount, AChildThatWasWaitedForCountsOnce) {
  CpuAccount account;
  account.look({process(1, 100), process(2, 40'000)}, kInterval);
  account.look({process(1, 100), process(2, 50'000)}, kInterval);
  // It had used a little more by its end, which its parent was told.
  account.look({process(1, 100, 52'000)}, kInterval);
  EXPECT_EQ(account.totalMicros(), 52'100u);
}

TEST(CpuAccount, AChildThatNobodyWaitedForIsNotForgotten) {
  CpuAccount account;
  account.look({process(1, 100)}, kInterval);
  account.look({process(1, 100), process(2, 40'000)}, kInterval);
  account.look({process(1, 100), process(2, 50'000)}, kInterval);
  account.look({process(1, 100)}, kInterval);
  EXPECT_EQ(account.totalMicros(), 50'100u);
  for (int i = 0; i < 10; ++i) account.look({process(1, 100)}, kInterval);
  EXPECT_EQ(account.totalMicros(), 50'100u);
}

TEST(CpuAccount, OneThatALookHasMissedIsNotCountedTwice) {
  CpuAccount account;
  account.look({process(1, 100), process(2, 40'000)}, kInterval);
  account.look({process(1, 100)}, kInterval);
  account.look({process(1, 100), process(2, 45'000)}, kInterval);
  account.look({process(1, 100), process(2, 50'000)}, kInterval);
  EXPECT_EQ(account.totalMicros(), 50'100u);
}

TEST(CpuAccount, ANumberThatComesAgainIsAnotherProcess) {
  CpuAccount account;
  account.look({process(2, 40'000)}, kInterval);
  ProcessTimes another = process(2, 10'000);
  another.startTicks = 8;
  account.look({another}, kInterval);
  EXPECT_EQ(account.totalMicros(), 50'000u);
}

// A parent without end whose children live for `lifeMicros` each, one after the other, all of it on
// the CPU, for ten seconds; looked at now and then.
uint64_t countedOfShortLives(uint64_t lifeMicros, bool areWaitedFor) {
  std::minstd_rand random(1);
  CpuAccount account;
  account.look({process(1, 0)}, kInterval);
  uint64_t now = 0;
  while (now < 10'000'000) {
    const uint64_t pause = kInterval / 2 + random() % kInterval;
    now += pause;
    const auto child = static_cast<pid_t>(2 + now / lifeMicros);
    const uint64_t ended = now / lifeMicros * lifeMicros;
    account.look({process(1, 0, areWaitedFor ? ended : 0), process(child, now - ended, 0, true)},
                 pause);
  }
  return account.totalMicros();
}

TEST(CpuAccount, EstimatesProcessesShorterThanALook) {
  for (uint64_t life : {1'000, 3'000, 9'000, 15'000, 30'000}) {
    const uint64_t counted = countedOfShortLives(life, false);
    EXPECT_GT(counted, 6'600'000u) << life;
    EXPECT_LT(counted, 11'000'000u) << life;
  }
}

TEST(CpuAccount, AnEstimateAddsNothingToWhatIsKnown) {
  for (uint64_t life : {1'000, 3'000, 9'000, 15'000, 30'000}) {
    const uint64_t counted = countedOfShortLives(life, true);
    EXPECT_GT(counted, 9'900'000u) << life;
    EXPECT_LT(counted, 10'200'000u) << life;
  }
}

}  // namespace
}  // namespace brood::supervisor
