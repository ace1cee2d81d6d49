#include "supervisor/isolation/shared_host.h"

#include <capnp/message.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <set>

#include "base/text.h"

namespace brood::supervisor {
namespace {

HostFeatures featuresOf(Tier tier) {
  HostFeatures features;
  features.slotsAsRoot.works = tier == Tier::root;
  features.slotsAsUser.works = tier == Tier::user;
  return features;
}

class SharedHostTest : public testing::Test {
 protected:
  SharedHost hostOf(Tier tier) { return SharedHost(featuresOf(tier), config_, "/run/x"); }
  Config config_;
};

TEST_F(SharedHostTest, IsUsedWhereThereAreNoNamespaces) {
  EXPECT_FALSE(hostOf(Tier::root).isUsed());
  EXPECT_FALSE(hostOf(Tier::user).isUsed());
  EXPECT_TRUE(hostOf(Tier::process).isUsed());
  EXPECT_EQ(hostOf(Tier::user).endSignal(), SIGKILL);
  EXPECT_EQ(hostOf(Tier::process).endSignal(), SIGTERM) << "a keeper ends its job first";
}

TEST_F(SharedHostTest, NoTwoPlacesHaveOneName) {
  const auto host = hostOf(Tier::process);
  std::set<std::string> places;
  for (int i = 0; i < 100; ++i) {
    const std::string place = host.newPlace();
    EXPECT_EQ(place.substr(0, 13), "/run/x/slots/");
    EXPECT_EQ(place.size(), 13u + 32u) << "as long as nobody can guess";
    places.insert(place);
  }
  EXPECT_EQ(places.size(), 100u);
}

TEST_F(SharedHostTest, WantsNoNamespaceAndInsistsOnLandlock) {
  LayerPolicy wanted;
  EXPECT_EQ(hostOf(Tier::root).policyFor(wanted).mode(Layer::pid), wanted.mode(Layer::pid));
  const auto policy = hostOf(Tier::process).policyFor(wanted);
  for (Layer layer : {Layer::user, Layer::mount, Layer::pid, Layer::net, Layer::ownRoot}) {
    EXPECT_FALSE(policy.isOn(layer)) << nameOf(layer);
  }
  EXPECT_TRUE(policy.isRequired(Layer::landlock));
  EXPECT_EQ(policy.mode(Layer::cgroupMemory), wanted.mode(Layer::cgroupMemory));
}

TEST_F(SharedHostTest, SaysWhyEachLayerIsMissing) {
  EXPECT_TRUE(hostOf(Tier::root).reasons("refused").empty());
  const auto reasons = hostOf(Tier::process).reasons("refused by the kernel");
  const auto has = [&](const std::string& reason) {
    return std::count(reasons.begin(), reasons.end(), reason) == 1;
  };
  EXPECT_TRUE(has("user: refused by the kernel"));
  EXPECT_TRUE(has("pid: no namespaces; a keeper and Landlock's signal scope instead"));
  EXPECT_TRUE(has("net: no namespaces; seccomp instead: no sockets, no IPC objects"));
}

TEST_F(SharedHostTest, TellsZygotesWhatJobsMayRead) {
  config_.sandbox.readOnlyPaths = {"/usr", "/opt/data"};
  config_.sandbox.copiedPaths = {"/etc/hosts"};
  capnp::MallocMessageBuilder message;
  auto request = message.initRoot<wire::WarmUp>();
  hostOf(Tier::root).fillPlaces(request, {});
  EXPECT_FALSE(request.hasPlaces());
  hostOf(Tier::process).fillPlaces(request, {});
  const auto places = request.asReader().getPlaces();
  std::set<std::string> readable;
  for (auto path : places.getReadable()) readable.insert(textOf(path));
  for (const char* path : {"/usr", "/opt/data", "/etc/hosts", "/bin", "/lib64"}) {
    EXPECT_TRUE(readable.contains(path)) << path;
  }
  EXPECT_EQ(textOf(places.getSlots()), "/run/x/slots");
}

TEST_F(SharedHostTest, ALibraryThatIsMissingIsNotNamed) {
  config_.supervisor.libexecDir = "/nonexistent";
  EXPECT_EQ(hostOf(Tier::root).preload(), "");
  EXPECT_EQ(hostOf(Tier::process).preloadOfZygote(false), "");
}

}  // namespace
}  // namespace brood::supervisor
