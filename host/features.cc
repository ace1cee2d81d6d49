#include "host/features.h"

#include <cerrno>

#include "host/outer_namespace.h"
#include "host/slot_probe.h"

namespace brood {
namespace {

// The one id there is in our outer namespace.
constexpr ProbedIds kOneId{0, 0};

ProbeStep inOuterNamespace(const LayerPolicy& policy,
                           ProbeStep (*probe)(const LayerPolicy&, const ProbedIds&)) {
  const ProbeStep entered = enterOuterNamespace();
  return entered.errnoValue != 0 ? entered : probe(policy, kOneId);
}

}  // namespace

Tier HostFeatures::tier() const {
  if (slotsAsRoot.works) return Tier::root;
  return slotsAsUser.works ? Tier::user : Tier::process;
}

std::string HostFeatures::whyNotBetter() const {
  switch (tier()) {
    case Tier::root:
      return "";
    case Tier::user:
      return slotsAsRoot.reason;
    case Tier::process:
      break;
  }
  return slotsAsUser.reason;
}

std::string HostFeatures::fix() const {
  if (tier() == Tier::root) return "";
  return tier() == Tier::user ? "run as root" : namespaceFix(slotsAsUser.errnoValue);
}

HostFeatures HostFeatures::detect(const Config& config) {
  const LayerPolicy& policy = config.layers;
  const ProbedIds own{config.sandbox.uidBase, config.sandbox.uidBase + 1};
  HostFeatures features;
  features.slotsAsRoot = attemptInChild([&] { return probeSlot(policy, own); });
  if (features.slotsAsRoot.works) return features;
  if (!policy.isOn(Layer::user)) {
    features.slotsAsUser.reason = "layers.user is off";
    return features;
  }
  features.slotsAsUser = attemptInChild([&] { return inOuterNamespace(policy, probeSlot); });
  if (!features.slotsAsUser.works) return features;
  features.processLimit =
      attemptInChild([&] { return inOuterNamespace(policy, probeProcessLimit); });
  return features;
}

std::string namespaceFix(int errnoValue) {
  if (errnoValue == EPERM || errnoValue == EACCES) {
    return "allow user namespaces: sysctl kernel.unprivileged_userns_clone=1, in a container a "
           "seccomp profile that permits unshare and mount";
  }
  if (errnoValue == ENOSPC || errnoValue == EUSERS) return "raise sysctl user.max_*_namespaces";
  return "use a kernel that has it (Linux 5.12 or later, built with namespaces), which gVisor may "
         "not be";
}

}  // namespace brood
