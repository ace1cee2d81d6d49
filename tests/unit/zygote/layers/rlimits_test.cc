#include "zygote/layers/rlimits.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/zygote/forked_child.h"

namespace brood::zygote {
namespace {

bool limitIs(__rlimit_resource resource, rlim_t soft, rlim_t hard) {
  rlimit current;
  ::getrlimit(resource, &current);
  return current.rlim_cur == soft && current.rlim_max == hard;
}

TEST(RlimitsTest, SetsSoftAndHard) {
  EXPECT_EQ(inForkedChild([] {
              if (applyFixedLimits() != 0) return 1;
              if (applyLimits(
                      {.fileBytes = 4096, .openFiles = 64, .processes = 8, .cpuSeconds = 2}) != 0) {
                return 2;
              }
              bool all = limitIs(RLIMIT_CORE, 1, 1) && limitIs(RLIMIT_MSGQUEUE, 0, 0) &&
                         limitIs(RLIMIT_RTPRIO, 0, 0) && limitIs(RLIMIT_NICE, 0, 0) &&
                         limitIs(RLIMIT_FSIZE, 4096, 4096) && limitIs(RLIMIT_NOFILE, 64, 64) &&
                         limitIs(RLIMIT_NPROC, 8, 8) && limitIs(RLIMIT_CPU, 2, 3);
              return all ? 0 : 3;
            }),
            0);
}

TEST(RlimitsTest, NeverRaisesAndZeroLeavesAlone) {
  EXPECT_EQ(inForkedChild([] {
              if (applyLimits({.openFiles = 64}) != 0) return 1;
              if (applyLimits({.openFiles = 128}) != 0) return 2;
              if (!limitIs(RLIMIT_NOFILE, 64, 64)) return 3;
              if (applyLimits({}) != 0) return 4;
              return limitIs(RLIMIT_NOFILE, 64, 64) ? 0 : 5;
            }),
            0);
}

TEST(RlimitsTest, SetsAJobsLimitsOrLeavesLowerOnes) {
  EXPECT_EQ(inForkedChild([] {
              if (applyLimits({.fileBytes = 8192, .openFiles = 64}) != 0) return 1;
              // Without the privilege to raise a limit, as in a worker.
              if (::setresuid(65534, 65534, 65534) != 0) return 2;
              if (applyJobLimits({.fileBytes = 4096, .openFiles = 128, .cpuSeconds = 2}) != 0) {
                return 3;
              }
              bool all = limitIs(RLIMIT_FSIZE, 4096, 4096) && limitIs(RLIMIT_NOFILE, 64, 64) &&
                         limitIs(RLIMIT_CPU, 2, 3);
              return all ? 0 : 4;
            }),
            0);
}

// The one limit at which no program that core_pattern names is started.
TEST(RlimitsTest, CoreDumpsAreForbiddenByALimitOfOne) {
  EXPECT_EQ(inForkedChild([] {
              forbidCoreDumps();
              return limitIs(RLIMIT_CORE, 1, 1) ? 0 : 1;
            }),
            0);
  // Root may raise it, unless it lacks CAP_SYS_RESOURCE.
  auto limitAfter = [](auto raise) {
    return inForkedChild([raise] {
      const rlimit none{0, 0};
      rlimit now;
      if (::setrlimit(RLIMIT_CORE, &none) != 0) return 250;
      raise();
      return ::getrlimit(RLIMIT_CORE, &now) == 0 ? static_cast<int>(now.rlim_max) : 251;
    });
  };
  auto byHand = [] {
    const rlimit one{1, 1};
    ::setrlimit(RLIMIT_CORE, &one);
  };
  EXPECT_EQ(limitAfter(forbidCoreDumps), limitAfter(byHand));
  EXPECT_EQ(inForkedChild([] {
              const rlimit none{0, 0};
              if (::setrlimit(RLIMIT_CORE, &none) != 0) return 1;
              if (::setresuid(65534, 65534, 65534) != 0) return 2;
              forbidCoreDumps();
              return limitIs(RLIMIT_CORE, 0, 0) ? 0 : 3;
            }),
            0)
      << "nobody else may";
}

// In a user namespace of its own: how many timers there can be, of so many at most.
int timersInANamespace(int most) {
  if (::unshare(CLONE_NEWUSER) != 0) return 245;
  int made = 0;
  for (timer_t timer; made < most; ++made) {
    if (::timer_create(CLOCK_MONOTONIC, nullptr, &timer) != 0) break;
  }
  return made;
}

// Counts the timers left to one namespace of 100 signals, while 30 are another's.
int timersBesideAnother(bool halves) {
  return inForkedChild([halves] {
    const rlimit hundred{100, 100};
    // As another user, whose timers are nobody else's: those of an earlier call may still be
    // ending.
    const id_t user = halves ? 64999 : 64998;
    if (::setresgid(user, user, user) != 0 || ::setresuid(user, user, user) != 0) return 241;
    if (::setrlimit(RLIMIT_SIGPENDING, &hundred) != 0) return 242;
    if (halves && leaveHalfToTheHost() != 0) return 243;
    int ready[2], hold[2];
    if (::pipe(ready) != 0 || ::pipe(hold) != 0) return 244;
    const pid_t other = ::fork();
    if (other == 0) {
      ::close(hold[1]);
      const char made = static_cast<char>(timersInANamespace(30));
      char ignored;
      if (::write(ready[1], &made, 1) == 1) [[maybe_unused]]
        auto end = ::read(hold[0], &ignored, 1);
      ::_exit(0);
    }
    char made = 0;
    if (::read(ready[0], &made, 1) != 1 || made != 30) return 246;
    return inForkedChild([] { return timersInANamespace(200); });
  });
}

TEST(RlimitsTest, UserNamespacesTogetherLeaveHalfOfTheSignalsToTheHost) {
  EXPECT_EQ(timersBesideAnother(true), 20);
  EXPECT_EQ(timersBesideAnother(false), 70) << "without it they may take all";
}

}  // namespace
}  // namespace brood::zygote
