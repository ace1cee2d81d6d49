#include "zygote/layers/capabilities.h"

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/zygote/forked_child.h"

namespace brood::zygote {
namespace {

// Whether a program that this process executes has any effective capability.
bool execGivesCapabilities() {
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::execl("/bin/sh", "sh", "-c", "grep -q '^CapEff:.*[1-9a-f]' /proc/self/status", nullptr);
    ::_exit(99);
  }
  int status;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(CapabilitiesTest, DropLeavesNothingToRaise) {
  EXPECT_EQ(inForkedChild([] {
              if (::unshare(CLONE_NEWUTS) != 0) return 7;
              if (::sethostname("x", 1) != 0) return 6;  // The control.
              if (emptyCapabilityBounds() != 0) return 1;
              if (dropAllCapabilitiesOnThisThread() != 0) return 2;
              if (::prctl(PR_CAPBSET_READ, 0, 0, 0, 0) != 0) return 3;
              // Root in name only.
              if (::sethostname("y", 1) == 0 || errno != EPERM) return 5;
              return 0;
            }),
            0);
}

TEST(CapabilitiesTest, BoundsHoldAgainstExecve) {
  EXPECT_EQ(inForkedChild([] {
              if (!execGivesCapabilities()) return 1;
              if (emptyCapabilityBounds() != 0) return 2;
              return execGivesCapabilities() ? 3 : 0;
            }),
            0);
}

TEST(CapabilitiesTest, SecurebitsAloneHoldAgainstExecveAsRoot) {
  EXPECT_EQ(inForkedChild([] {
              if (lockSecurebits() != 0) return 1;
              if (execGivesCapabilities()) return 2;
              // Locked: not even root takes them back.
              if (::prctl(PR_SET_SECUREBITS, 0, 0, 0, 0) == 0 || errno != EPERM) return 3;
              return 0;
            }),
            0);
}

TEST(CapabilitiesTest, UidChangeBetweenTheHalvesKeepsThemUsable) {
  EXPECT_EQ(inForkedChild([] {
              if (emptyCapabilityBounds() != 0 || lockSecurebits() != 0) return 1;
              if (::setresuid(12345, 12345, 12345) != 0) return 2;
              // Still held: what follows the uid change in a worker's checklist may need them.
              if (::setresgid(12345, 12345, 12345) != 0) return 3;
              if (dropAllCapabilitiesOnThisThread() != 0) return 4;
              if (::setresuid(0, 0, 0) == 0) return 5;
              return 0;
            }),
            0);
}

TEST(CapabilitiesTest, NoNewPrivilegesIsForGood) {
  EXPECT_EQ(inForkedChild([] {
              if (::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 0) return 1;
              if (forbidNewPrivileges() != 0) return 2;
              if (::prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0) return 3;
              return ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : 4;
            }),
            0);
}

}  // namespace
}  // namespace brood::zygote
