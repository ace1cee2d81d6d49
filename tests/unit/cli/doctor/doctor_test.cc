#include "cli/doctor/doctor.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "cli/doctor/cgroup_checks.h"
#include "cli/doctor/installation_checks.h"
#include "cli/doctor/kernel_checks.h"
#include "cli/doctor/probe.h"

namespace brood::cli {
namespace {

TEST(Probe, BringsBackWhatHappened) {
  EXPECT_EQ(probeInChild([] { return 0; }), 0);
  EXPECT_EQ(probeInChild([] { return EPERM; }), EPERM);
  EXPECT_EQ(probeInChild([]() -> int {
              ::syscall(SYS_kill, ::getpid(), 9);
              return 0;
            }),
            -1);
}

TEST(Doctor, IsBelowTheMinimumWithoutWhatIsRequired) {
  Check optional{"a", ProtectionState::missing, "", "", false};
  Check required{"b", ProtectionState::ok, "", "", true};
  EXPECT_FALSE(isBelowMinimum({}));
  EXPECT_FALSE(isBelowMinimum({optional, required}));
  required.state = ProtectionState::off;
  EXPECT_FALSE(isBelowMinimum({required}));
  required.state = ProtectionState::missing;
  EXPECT_TRUE(isBelowMinimum({optional, required}));
}

TEST(Doctor, SaysTheReasonAndTheFix) {
  EXPECT_EQ(doctorText({{"user namespace", ProtectionState::missing, "Operation not permitted",
                         "allow it", true},
                        {"landlock", ProtectionState::off, "not used yet", ""}}),
            "PROTECTION      STATE    REASON\n"
            "user namespace  missing  Operation not permitted\n"
            "                         fix: allow it\n"
            "landlock        off      not used yet\n"
            "\nBelow the minimum: Brood would refuse to start.\n");
}

TEST(Doctor, TriesEveryNamespace) {
  auto checks = checkNamespaces(LayerPolicy());
  EXPECT_EQ(checks.size(), 10u);
  for (const auto& check : checks) {
    // Without overlays a sandbox is weaker, and says so; it is one all the same.
    EXPECT_EQ(check.isRequired, check.protection != "own inodes (overlay)") << check.protection;
    EXPECT_NE(check.state == ProtectionState::ok, check.fix.size() > 0) << check.protection;
  }
}

TEST(Doctor, LeavesItsOwnProcessUnfiltered) {
  EXPECT_EQ(checkSeccomp(LayerPolicy()).size(), 1u);
  EXPECT_EQ(checkSeccomp(LayerPolicy())[0].state, ProtectionState::ok);
}

TEST(Doctor, SaysWhichLandlockThereIs) {
  const Check check = checkLandlock(LayerPolicy())[0];
  const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, 1);
  EXPECT_EQ(check.state == ProtectionState::ok, abi >= 2) << check.reason;
  EXPECT_EQ(check.reason.find("ABI " + std::to_string(abi)) != std::string::npos, abi > 0);
}

TEST(Doctor, DoesNotTryWhatIsSwitchedOff) {
  LayerPolicy layers;
  for (Layer layer : {Layer::net, Layer::seccompNumbers, Layer::landlock}) {
    layers.setMode(layer, LayerMode::off);
  }
  for (const Check& check :
       {checkNamespaces(layers)[3], checkSeccomp(layers)[0], checkLandlock(layers)[0]}) {
    EXPECT_EQ(check.state, ProtectionState::off) << check.protection;
    EXPECT_EQ(check.reason.rfind("layers.", 0), 0u) << check.reason;
  }
}

TEST(Doctor, RespectsTheCgroupMode) {
  SandboxConfig sandbox;
  sandbox.cgroupMode = "none";
  auto checks = checkCgroups(sandbox);
  ASSERT_EQ(checks.size(), 3u);
  for (const auto& check : checks) EXPECT_EQ(check.state, ProtectionState::off);
}

TEST(Doctor, FindsFilesMissing) {
  SupervisorConfig supervisor;
  supervisor.libexecDir = "/nowhere/libexec";
  auto checks = checkFiles(supervisor, "/nowhere/bin");
  ASSERT_EQ(checks.size(), 6u);
  for (const auto& check : checks) {
    EXPECT_EQ(check.state, ProtectionState::missing);
    EXPECT_TRUE(check.reason.starts_with("/nowhere/")) << check.reason;
  }
}

TEST(Doctor, FindsHostIdsInUse) {
  SandboxConfig sandbox;
  sandbox.uidBase = 0;  // root's
  EXPECT_EQ(checkHostIds(sandbox, Tier::root)[0].state, ProtectionState::missing);
}

TEST(Doctor, ChecksNoPreloadWithoutASupervisor) {
  auto checks = checkPreload("/nowhere/brood.sock");
  ASSERT_EQ(checks.size(), 1u);
  EXPECT_EQ(checks[0].state, ProtectionState::off);
}

}  // namespace
}  // namespace brood::cli
