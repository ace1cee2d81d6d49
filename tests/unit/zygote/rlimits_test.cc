#include "zygote/layers/rlimits.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/unit/zygote/forked_child.h"

namespace brood::testing {
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
              bool all = limitIs(RLIMIT_CORE, 0, 0) && limitIs(RLIMIT_FSIZE, 4096, 4096) &&
                         limitIs(RLIMIT_NOFILE, 64, 64) && limitIs(RLIMIT_NPROC, 8, 8) &&
                         limitIs(RLIMIT_CPU, 2, 3);
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

TEST(RlimitsTest, OfAJobAreSetOrLeftBelowWhatThereIs) {
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

}  // namespace
}  // namespace brood::testing
