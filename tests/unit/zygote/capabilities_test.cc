#include "zygote/layers/capabilities.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/zygote/forked_child.h"

namespace brood::testing {
namespace {

TEST(CapabilitiesTest, DropLeavesNothingToRaise) {
  EXPECT_EQ(inForkedChild([] {
              if (forbidGainingCapabilities() != 0) return 1;
              if (dropAllCapabilitiesOnThisThread() != 0) return 2;
              if (::prctl(PR_CAPBSET_READ, 0, 0, 0, 0) != 0) return 3;
              if (::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return 4;
              // Root in name only.
              if (::sethostname("x", 1) == 0 || errno != EPERM) return 5;
              return 0;
            }),
            0);
}

TEST(CapabilitiesTest, UidChangeBetweenTheHalvesKeepsThemUsable) {
  EXPECT_EQ(inForkedChild([] {
              if (forbidGainingCapabilities() != 0) return 1;
              if (::setresuid(12345, 12345, 12345) != 0) return 2;
              // Still held: what follows the uid change in a worker's checklist may need them.
              if (::setresgid(12345, 12345, 12345) != 0) return 3;
              if (dropAllCapabilitiesOnThisThread() != 0) return 4;
              if (::setresuid(0, 0, 0) == 0) return 5;
              return 0;
            }),
            0);
}

}  // namespace
}  // namespace brood::testing
