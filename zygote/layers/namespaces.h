#pragma once
// Joining a ready slot: all its namespaces.

namespace brood {

// Moves this single-threaded process into the user, mount, net, ipc and uts namespaces of the slot
// whose init the (borrowed) pidfd names, and into a cgroup namespace rooted at its own cgroups,
// which it must have joined before. The PID namespace was joined by the fork. Root and working
// directory become the slot's. Returns 0 or errno (ESRCH: init is dead).
int joinSlotNamespaces(int slotInitPidfd);

}  // namespace brood
