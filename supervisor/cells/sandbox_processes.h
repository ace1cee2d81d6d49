#pragma once
// Signals to the processes of a sandbox that others share: to a worker's group, to all that can be
// told to be a worker's, and to everything.
//
// A process is named by a descriptor before it is known to be one of the sandbox's, and is sent a
// signal by that: its number may be another's by then.

#include <sys/types.h>

#include <vector>

#include "supervisor/sandboxes/sandbox.h"

namespace brood::supervisor {

// The process that runs a worker's code: that of our zygote, or the first that its keeper has
// started. Only of a worker that has just parked, and so has not run anything. 0: there is none.
pid_t leaderOf(const ChildProcess& worker);

// To every process of the group that the process leads.
void signalGroup(pid_t leader, int leaderPidfd, int signalNumber) noexcept;

// Ends all that descends from the leader, and all of its session (setsid(2)), whatever that has
// become. `roots`: those from which all processes of the sandbox descend.
void killWithDescendants(const Sandbox& sandbox, pid_t leader, const std::vector<pid_t>& roots);

// Of all that descends from it, itself included.
uint64_t residentBytes(pid_t root);

// Processes that have been stopped, by descriptors.
using Stopped = std::vector<OwnedFd>;
// Stops all of them but the roots in `spared`; those that are stopped already are none of ours.
// Returns when no process is left that could start another.
Stopped stopAll(const Sandbox& sandbox, const std::vector<pid_t>& roots,
                const std::vector<pid_t>& spared);
// Whether all of them but the spared ones are.
bool areAllStopped(const std::vector<pid_t>& roots, const std::vector<pid_t>& spared);
void resume(const Stopped& stopped) noexcept;

}  // namespace brood::supervisor
