// From what was applied to what is reported, and to the refusal to start.
#include "supervisor/isolation/isolation.h"

#include <gtest/gtest.h>
#include <kj/exception.h>

#include <algorithm>

#include "base/policy/landlock_versions.h"

namespace brood::supervisor {
namespace {

LayerSet allBut(std::initializer_list<Layer> absent) {
  LayerSet set;
  for (size_t i = 0; i < kLayerCount; ++i) set.add(static_cast<Layer>(i));
  for (Layer layer : absent) set.remove(layer);
  return set;
}

std::string refusal(const LayerPolicy& policy, const AppliedLayers& applied,
                    const std::string& minIsolation = "process") {
  try {
    requireIsolation(describeIsolation(Tier::root, policy, applied), policy, minIsolation);
    return "";
  } catch (const kj::Exception& error) {
    return error.getDescription().cStr();
  }
}

TEST(Isolation, NamesWhatIsThere) {
  const auto report = describeIsolation(Tier::root, LayerPolicy(), {allBut({}), {}});
  EXPECT_EQ(report.level, "namespaces");
  EXPECT_EQ(report.layers.size(), kLayerCount);
  EXPECT_EQ(std::count(report.layers.begin(), report.layers.end(), "landlock"), 1);
  EXPECT_TRUE(report.missing.empty());
}

TEST(Isolation, GivesTheReasonOfTheOneWhoTried) {
  AppliedLayers applied{allBut({Layer::landlock, Layer::cgroupCpu}),
                        {"landlock: Operation not supported"}};
  const auto report = describeIsolation(Tier::root, LayerPolicy(), applied);
  EXPECT_EQ(report.missing, (std::vector<std::string>{"landlock: Operation not supported",
                                                      "cgroup_cpu: not applied"}));
  EXPECT_EQ(report.level, "namespaces");
  EXPECT_EQ(refusal(LayerPolicy(), applied), "");
}

TEST(Isolation, NamesWhatALayerLacksThatIsThereInPart) {
  const std::string lack = "landlock: in part: ABI 2 does not restrict signals";
  AppliedLayers applied{allBut({}), {}, {lack}};
  const auto report = describeIsolation(Tier::root, LayerPolicy(), applied);
  EXPECT_EQ(std::count(report.layers.begin(), report.layers.end(), "landlock"), 1);
  EXPECT_EQ(report.missing, std::vector<std::string>{lack});

  LayerPolicy policy;
  policy.setMode(Layer::landlock, LayerMode::required);
  EXPECT_EQ(refusal(policy, applied), "") << "the best that the kernel has is there";

  applied.set.remove(Layer::landlock);
  applied.reasons = {"landlock: a canary could do it"};
  EXPECT_EQ(describeIsolation(Tier::root, policy, applied).missing, applied.reasons);
  EXPECT_NE(refusal(policy, applied), "");
}

TEST(Isolation, NotesWhatThisKernelsLandlockLacks) {
  AppliedLayers with{allBut({}), {}}, without{allBut({Layer::landlock}), {}};
  notePartialLayers(with);
  notePartialLayers(without);
  EXPECT_EQ(with.partial.empty(), landlockShortfall(landlockVersion()).empty());
  EXPECT_TRUE(without.partial.empty());
}

TEST(Isolation, SaysWhatTheOperatorSwitchedOff) {
  LayerPolicy policy;
  policy.setMode(Layer::net, LayerMode::off);
  AppliedLayers applied{allBut({Layer::net}), {}};
  const auto report = describeIsolation(Tier::root, policy, applied);
  EXPECT_EQ(report.missing, std::vector<std::string>{"net: off"});
  EXPECT_EQ(report.level, "process") << "without one of its namespaces it is not that level";
  EXPECT_EQ(refusal(policy, applied), "");
  const std::string refused = refusal(policy, applied, "namespaces");
  EXPECT_NE(refused.find("sandbox.min_isolation"), std::string::npos) << refused;
  EXPECT_NE(refused.find("net: off"), std::string::npos) << refused;
}

TEST(Isolation, RefusesWithoutARequiredLayerNamingItAndTheFix) {
  LayerPolicy policy;
  policy.setMode(Layer::cgroupMemory, LayerMode::required);
  AppliedLayers applied{allBut({Layer::cgroupMemory}), {"cgroup_memory: cgroups are none"}};
  const std::string refused = refusal(policy, applied);
  for (const char* part :
       {"cgroup_memory: cgroups are none", "fix: ", "layers.cgroup_memory = \"preferred\""}) {
    EXPECT_NE(refused.find(part), std::string::npos) << refused;
  }
  applied.set.add(Layer::cgroupMemory);
  EXPECT_EQ(refusal(policy, applied), "");
}

TEST(Isolation, KnowsNoFixForAStepThatIsNoLayer) {
  EXPECT_EQ(fixForStep("session"), "");
  EXPECT_NE(fixForStep("landlock").find("fix: "), std::string::npos);
}

TEST(Isolation, PolicyCrossesTheSocketAsItIs) {
  LayerPolicy policy;
  policy.setMode(Layer::net, LayerMode::off);
  policy.setMode(Layer::landlock, LayerMode::required);
  const LayerPolicy received(policy.all(LayerMode::off), policy.all(LayerMode::preferred));
  for (size_t i = 0; i < kLayerCount; ++i) {
    const auto layer = static_cast<Layer>(i);
    EXPECT_EQ(received.mode(layer), policy.mode(layer)) << nameOf(layer);
    EXPECT_EQ(layerNamed(nameOf(layer)), layer);
  }
}

}  // namespace
}  // namespace brood::supervisor
