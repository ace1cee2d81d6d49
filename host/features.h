#pragma once
// What this host lets whoever starts us do, found out by doing: never from a version, a user id or
// a setting, all of which containers and security modules make untrue.

#include "config/config.h"
#include "host/probe.h"
#include "host/tier.h"

namespace brood {

struct HostFeatures {
  Attempt slotsAsRoot;  // Slots with host ids of their own.
  Attempt slotsAsUser;  // Slots inside a user namespace of ours. Tried if the first do not work.
  Attempt sharedHost;   // Slots without namespaces. Tried if neither works.
  // RLIMIT_NPROC is a slot's own; without namespaces, that of the processes which can be seen here.
  Attempt processLimit;

  Tier tier() const;
  // Why it is not the tier above: "user: mount proc: Operation not permitted". Empty for the first.
  std::string whyNotBetter() const;
  // What would have to be done for the tier above to work.
  std::string fix() const;
  // Empty if there is a tier that works, with what the configuration wants. Else why there is none,
  // and what to do.
  std::string refusal(const Config& config) const;

  // Forks, so only in a process with one thread. Leaves nothing behind.
  static HostFeatures detect(const Config& config);
};

// What helps against this error of a namespace's maker.
std::string namespaceFix(int errnoValue);

}  // namespace brood
