// The control socket: bad requests are answered, and its end is the zygote's.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "tests/unit/zygote/zygote_harness.h"

namespace brood::zygote {
namespace {

TEST(ForkServerTest, EndsWithTheControlSocketAndLeavesNoProcess) {
  ZygoteHarness zygote;
  TestSlot slot = zygote.buildSlot();
  TestWorker worker = zygote.forkWorker(slot);
  ASSERT_EQ(worker.readFrame().kind, WorkerFrameKind::parked);
  EXPECT_EQ(zygote.stop(), 0);
  // The lifeline is still open: it is the zygote that ended them.
  awaitEnd(worker.pidfd.get());
  awaitEnd(slot.initPidfd.get());
}

TEST(ForkServerTest, RefusesBadRequestsAndGoesOn) {
  ZygoteHarness zygote;
  SlotOptions unlimited;
  unlimited.tmpBytes = 0;  // To tmpfs: without limit.
  TestSlot refused = zygote.buildSlot(unlimited);
  EXPECT_EQ(refused.initPid, -1);
  EXPECT_EQ(refused.failure.layer, "zygote:exception");
  TestSlot slot = zygote.buildSlot();
  EXPECT_EQ(zygote.sh(slot, "echo on").stdoutText, "on\n");
}

TEST(ForkServerTest, ShowsNeitherArgumentsNorPath) {
  ZygoteHarness zygote;
  std::string commandLine = readWholeFile("/proc/" + std::to_string(zygote.pid()) + "/cmdline");
  EXPECT_EQ(std::string(commandLine.c_str()), "brood-zygote-none");
  EXPECT_EQ(commandLine.find('/'), std::string::npos);
}

TEST(ForkServerTest, ManySlotsLeaveNothingBehind) {
  ZygoteHarness zygote;
  auto openDescriptors = [&] {
    size_t count = 0;
    for (int fd = 0; fd < 64; ++fd) {
      std::string path = "/proc/" + std::to_string(zygote.pid()) + "/fdinfo/" + std::to_string(fd);
      if (!readWholeFile(path).empty()) ++count;
    }
    return count;
  };
  auto useSlot = [&] {
    TestSlot slot = zygote.buildSlot();
    EXPECT_EQ(zygote.sh(slot, "echo $$").stdoutText, "2\n");
    slot.lifeline.reset();
    EXPECT_EQ(zygote.waitForExit(slot.initPid), 0);
  };
  // By its first slot it has closed what it sent along with its readiness.
  useSlot();
  size_t before = openDescriptors();
  for (int i = 0; i < 20; ++i) useSlot();
  EXPECT_EQ(openDescriptors(), before);
}

}  // namespace
}  // namespace brood::zygote
