// Each layer switched off by the policy: it is reported so, and what it stopped becomes possible.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <filesystem>

#include "tests/unit/zygote/zygote_harness.h"

namespace brood::zygote {
namespace {

LayerPolicy without(std::initializer_list<Layer> layers) {
  LayerPolicy policy;
  for (Layer layer : layers) policy.setMode(layer, LayerMode::off);
  return policy;
}

// One sandbox under a policy.
class Sandbox {
 public:
  explicit Sandbox(const LayerPolicy& policy) : zygote_(policy), slot_(zygote_.buildSlot()) {}

  // Returns the layers that slot builder and worker report as applied.
  LayerSet applied() {
    TestWorker worker = zygote_.forkWorker(slot_);
    return slot_.layers | LayerSet(worker.readFrame().layers);
  }
  std::string sh(const std::string& script) {
    JobResult result = zygote_.sh(slot_, script);
    return result.stdoutText + result.stderrText;
  }

 private:
  ZygoteHarness zygote_;
  TestSlot slot_;
};

struct Case {
  Layer layer;
  std::vector<Layer> alsoOff;
  const char* script;  // Says the same thing with and without.
  const char* with;    // In the first line of its output.
  const char* without;
};

std::ostream& operator<<(std::ostream& out, const Case& each) { return out << nameOf(each.layer); }

class EachLayer : public ::testing::TestWithParam<Case> {};

TEST_P(EachLayer, IsThereUnlessItIsOff) {
  const Case& each = GetParam();
  LayerPolicy weak = without({each.layer});
  for (Layer layer : each.alsoOff) weak.setMode(layer, LayerMode::off);
  LayerPolicy strong;
  strong.setMode(each.layer, LayerMode::required);

  Sandbox withLayer(strong), withoutLayer(weak);
  EXPECT_TRUE(withLayer.applied().has(each.layer));
  EXPECT_FALSE(withoutLayer.applied().has(each.layer));
  EXPECT_NE(withLayer.sh(each.script).find(each.with), std::string::npos)
      << withLayer.sh(each.script);
  EXPECT_NE(withoutLayer.sh(each.script).find(each.without), std::string::npos)
      << withoutLayer.sh(each.script);
}

const Case kCases[] = {
    {Layer::user, {}, "tr -s ' ' < /proc/self/uid_map", " 0 730000 1", " 0 0 4294967295"},
    {Layer::mount, {}, "stat -c %a .", "700", "1777"},
    {Layer::pid, {}, "[ $$ -lt 10 ] && echo own || echo shared", "own", "shared"},
    {Layer::ownRoot,
     {Layer::readOnlyRoot, Layer::ownInodes},
     "ls -d /srv || true",
     "No such file",
     "/srv"},
    {Layer::readOnlyRoot, {Layer::ownInodes}, "grep -c ' / / ro' /proc/self/mountinfo", "1", "0"},
    {Layer::ownInodes, {}, "grep -c ' /usr .* overlay brood' /proc/self/mountinfo", "1", "0"},
    {Layer::maskedProc, {}, "wc -c < /proc/sys/kernel/random/boot_id", "0", "37"},
    {Layer::rlimits, {}, "grep msgqueue /proc/self/limits | tr -s ' '", "size 0 0", "size 8"},
    {Layer::capabilities, {}, "grep CapBnd /proc/self/status", "0000000000000000", "ffff"},
    {Layer::securebits, {}, "setpriv --dump | grep Securebits", "noroot_locked", "[none]"},
    {Layer::noNewPrivs,
     {Layer::landlock, Layer::seccompArguments, Layer::seccompNumbers},
     "grep NoNewPrivs /proc/self/status",
     "1",
     "0"},
    {Layer::landlock,
     {},
     "echo x > /proc/self/comm && echo written",
     "Permission denied",
     "written"},
    {Layer::seccompNumbers, {}, "unshare -U true && echo made", "not permitted", "made"},
    {Layer::seccompArguments, {}, "setarch -R true && echo set", "ailed to set personality", "set"},
};

INSTANTIATE_TEST_SUITE_P(LayerPolicyTest, EachLayer, ::testing::ValuesIn(kCases),
                         [](const auto& each) { return std::string(nameOf(each.param.layer)); });

struct NamespaceCase {
  Layer layer;
  const char* file;
};

class EachNamespace : public ::testing::TestWithParam<NamespaceCase> {};

TEST_P(EachNamespace, IsOfTheSandboxOrOfTheHost) {
  const auto& [layer, file] = GetParam();
  const std::string path = std::string("/proc/self/ns/") + file;
  const std::string ofHost = std::filesystem::read_symlink(path).string() + "\n";
  Sandbox withLayer{LayerPolicy()}, withoutLayer{without({layer})};
  EXPECT_NE(withLayer.sh("readlink " + path), ofHost);
  EXPECT_EQ(withoutLayer.sh("readlink " + path), ofHost);
  EXPECT_TRUE(withLayer.applied().has(layer));
  EXPECT_FALSE(withoutLayer.applied().has(layer));
}

const NamespaceCase kNamespaceCases[] = {{Layer::user, "user"}, {Layer::pid, "pid"},
                                         {Layer::net, "net"},   {Layer::ipc, "ipc"},
                                         {Layer::uts, "uts"},   {Layer::cgroup, "cgroup"}};

INSTANTIATE_TEST_SUITE_P(LayerPolicyTest, EachNamespace, ::testing::ValuesIn(kNamespaceCases),
                         [](const auto& each) { return std::string(each.param.file); });

size_t descriptorsOf(pid_t pid) {
  const std::filesystem::directory_iterator all("/proc/" + std::to_string(pid) + "/fd");
  return static_cast<size_t>(std::distance(begin(all), end(all)));
}

TEST(LayerPolicyTest, DescriptorsOfTheZygoteStayOpenWithoutTheirLayer) {
  for (const auto& [policy, expectMore] :
       {std::pair{LayerPolicy(), false}, std::pair{without({Layer::descriptors}), true}}) {
    ZygoteHarness zygote(policy);
    TestSlot slot = zygote.buildSlot();
    TestWorker worker = zygote.forkWorker(slot);
    ASSERT_EQ(worker.readFrame().kind, WorkerFrameKind::parked);
    EXPECT_EQ(descriptorsOf(worker.pid) > 4, expectMore) << descriptorsOf(worker.pid);
  }
}

TEST(LayerPolicyTest, ProcessesOfOursAreClosedUnlessDumpableIsOff) {
  for (const auto& [policy, expectedOwner] :
       {std::pair{LayerPolicy(), 0u}, std::pair{without({Layer::dumpable}), 730000u}}) {
    ZygoteHarness zygote(policy);
    TestSlot slot = zygote.buildSlot();
    // A process's own files in /proc belong to root while it is not dumpable.
    struct stat info;
    const std::string path = "/proc/" + std::to_string(slot.initPid) + "/environ";
    ASSERT_EQ(::stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_uid, expectedOwner);
    EXPECT_EQ(slot.layers.has(Layer::dumpable), policy.isOn(Layer::dumpable));
  }
}

TEST(LayerPolicyTest, RequiredLayerThatCannotBeHadIsNamed) {
  // Without no_new_privs, and with every capability dropped, nobody may install a filter.
  LayerPolicy policy = without({Layer::noNewPrivs});
  policy.setMode(Layer::landlock, LayerMode::required);
  ZygoteHarness zygote(policy);
  TestSlot slot = zygote.buildSlot();
  EXPECT_EQ(slot.failure.layer, "");
  WorkerFrame frame = zygote.forkWorker(slot).readFrame();
  EXPECT_EQ(frame.kind, WorkerFrameKind::failed);
  EXPECT_STREQ(frame.layer, "landlock");
  EXPECT_EQ(frame.errnoValue, EPERM);
}

TEST(LayerPolicyTest, PreferredLayerThatCannotBeHadIsReportedAsMissing) {
  LayerPolicy policy = without({Layer::noNewPrivs, Layer::seccompNumbers});
  policy.setMode(Layer::landlock, LayerMode::preferred);
  ZygoteHarness zygote(policy);
  TestSlot slot = zygote.buildSlot();
  TestWorker worker = zygote.forkWorker(slot);
  WorkerFrame missing = worker.readFrame();
  EXPECT_EQ(missing.kind, WorkerFrameKind::missing);
  EXPECT_STREQ(missing.layer, "landlock");
  EXPECT_EQ(missing.errnoValue, EPERM);
  WorkerFrame parked = worker.readFrame();
  EXPECT_EQ(parked.kind, WorkerFrameKind::parked);
  EXPECT_FALSE(LayerSet(parked.layers).has(Layer::landlock));
  EXPECT_TRUE(LayerSet(parked.layers).has(Layer::capabilities));
}

TEST(LayerPolicyTest, DefaultAppliesAll) {
  Sandbox sandbox{LayerPolicy()};
  LayerSet expected;
  for (size_t i = 0; i < kLayerCount; ++i) expected.add(static_cast<Layer>(i));
  // The supervisor's own to report.
  for (Layer layer :
       {Layer::uidPerSlot, Layer::cgroupMemory, Layer::cgroupPids, Layer::cgroupCpu}) {
    expected.remove(layer);
  }
  EXPECT_EQ(sandbox.applied().bits(), expected.bits());
}

}  // namespace
}  // namespace brood::zygote
