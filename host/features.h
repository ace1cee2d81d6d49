#pragma once
// Finds by trial what this host permits the user who starts us: never from a version, a user id or
// a setting, because containers and security modules make all of these untrue.

#include "config/config.h"
#include "host/probe.h"
#include "host/tier.h"

namespace brood {

struct HostFeatures {
  Attempt slotsAsRoot;  // Slots with host ids of their own.
  Attempt slotsAsUser;  // Slots inside a user namespace of ours. Tried if the first do not work.
  Attempt sharedHost;   // Slots without namespaces. Tried if neither works.
  bool byRoot = false;  // True if uid 0 starts us, with whatever capabilities.
  // RLIMIT_NPROC is a slot's own; without namespaces, that of the processes which can be seen here.
  Attempt processLimit;

  Tier tier() const;
  // False where a sandbox can only be a directory of the host.
  bool haveNamespaces() const { return slotsAsRoot.works || slotsAsUser.works; }
  // Why it is not the tier above: "user: mount proc: Operation not permitted". Empty for the first.
  std::string whyNotBetter() const;
  // Says what would have to be done for the tier above to work.
  std::string fix() const;
  // Empty if there is a tier that works, with what the configuration wants. Else why there is none,
  // and what to do.
  std::string refusal(const Config& config) const;

  // Forks, so only in a process with one thread. Leaves nothing behind.
  static HostFeatures detect(const Config& config);
};

// Advises on this error of a namespace's maker.
std::string namespaceFix(int errnoValue);

}  // namespace brood
