#pragma once
// Joining a ready slot: all its namespaces in one call.

namespace brood {

// Moves this single-threaded process into the user, mount, net, ipc, uts and cgroup namespaces of
// the slot whose init the (borrowed) pidfd names. The PID namespace was joined by the fork. Root
// and working directory become the slot's. Returns 0 or errno (ESRCH: init is dead).
int joinSlotNamespaces(int slotInitPidfd);

}  // namespace brood
