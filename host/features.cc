#include "host/features.h"

#include <unistd.h>

#include <cerrno>

#include "host/outer_namespace.h"
#include "host/runtime_dir.h"
#include "host/shared_probe.h"
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
  if (tier() != Tier::user) return namespaceFix(slotsAsUser.errnoValue);
  return byRoot ? "leave root its capabilities (CAP_SYS_ADMIN)" : "run as root";
}

std::string HostFeatures::refusal(const Config& config) const {
  if (tier() != Tier::process) return "";
  const std::string without = "no sandbox can be built here: " + whyNotBetter() + "; fix: " + fix();
  if (config.sandbox.minIsolation != "process") {
    return without + ", or allow less: sandbox.min_isolation = \"process\"";
  }
  if (!sharedHost.works) {
    return without + "; nor without namespaces: " + sharedHost.reason +
           "; fix: " + sharedHostFix(sharedHost.reason);
  }
  for (Layer layer : {Layer::landlock, Layer::noNewPrivs}) {
    if (config.layers.isOn(layer)) continue;
    return without + "; without namespaces the layer " + nameOf(layer) +
           " is what there is: remove layers." + nameOf(layer) + " = \"off\"";
  }
  const std::string& directory = config.supervisor.runtimeDir;
  const std::string problem = whyNotForJobs(directory);
  if (problem.empty()) return "";
  return "jobs' files cannot lie below " + directory + ": " + problem +
         "; fix: mount a larger one with exec (docker: --tmpfs /tmp:exec,size=512m), or name " +
         "another directory with supervisor.runtime_dir (--supervisor-runtime-dir, " +
         "BROOD_SUPERVISOR_RUNTIME_DIR)";
}

HostFeatures HostFeatures::detect(const Config& config) {
  const LayerPolicy& policy = config.layers;
  const ProbedIds own{config.sandbox.uidBase, config.sandbox.uidBase + 1};
  HostFeatures features;
  features.byRoot = ::geteuid() == 0;
  features.slotsAsRoot = attemptInChild([&] {
    const ProbeStep around = probeRootTemplate(policy);
    return around.errnoValue != 0 ? around : probeSlot(policy, own);
  });
  if (features.slotsAsRoot.works) return features;
  if (!policy.isOn(Layer::user)) {
    features.slotsAsUser.reason = "layers.user is off";
  } else {
    features.slotsAsUser = attemptInChild([&] { return inOuterNamespace(policy, probeSlot); });
  }
  if (!features.slotsAsUser.works) {
    features.sharedHost = attemptInChild(probeSharedHost);
    features.processLimit = attemptInChild(probeUsersProcesses);
    return features;
  }
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
