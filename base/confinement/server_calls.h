#pragma once
// The system calls of a process that serves connections.

#include "base/confinement/seccomp_filter.h"

namespace brood {

// Allows what a server does on descriptors that it has: read, write, accept, connect, wait,
// allocate, end. No descriptor is made but by accepting, no code becomes executable. Calls that
// only an intruder makes (execve, ptrace, mount, bpf and such) end the process. Sockets of its own,
// each process adds itself.
void allowServerCalls(SeccompFilter& filter);

}  // namespace brood
