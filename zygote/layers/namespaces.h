#pragma once
// Joining a ready slot: all its namespaces.

#include "base/policy/layers.h"

namespace brood::zygote {

// Moves this single-threaded process into the user, mount, net, ipc and uts namespaces, as far as
// the policy wants them, of the slot whose init the (borrowed) pidfd names. The PID namespace was
// joined by the fork. Root and working directory become the slot's. Returns 0 or errno (ESRCH:
// init is dead).
int joinSlotNamespaces(int slotInitPidfd, const LayerPolicy& policy);

// A cgroup namespace rooted where this process stands, which must be its own cgroups by now: the
// init stands outside of them, so through its namespace the job would read our paths in
// /proc/self/cgroup. Returns 0 or errno.
int hideCgroupPaths();

}  // namespace brood::zygote
