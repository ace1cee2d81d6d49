#pragma once
// Whether jobs can be kept from each other without any namespace: tier "process".

#include "host/probe.h"

namespace brood {

// In a child of its own. Does what a keeper does and what its job must not be able to: enters a
// Landlock domain, makes a process in one within it, and ends that with kill(-1).
ProbeStep probeSharedHost();

// Whether this user has no more processes than can be seen: containers without a user namespace of
// their own are counted together.
ProbeStep probeUsersProcesses();

// Advises on the step that failed.
std::string sharedHostFix(const std::string& reason);

}  // namespace brood
