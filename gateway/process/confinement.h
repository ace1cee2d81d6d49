#pragma once
// Gives up what the process that reads the network's bytes need not ask of the kernel.

#include "base/confinement/confinement.h"
#include "config/gateway_account.h"

namespace brood::gateway {

// Gives up for good what the gateway, once it listens, does not need: with Landlock every path,
// every TCP connection of its own and every signal to others; with seccomp every system call but
// those of a server that reads, writes, accepts, waits, allocates and connects to Unix sockets. Any
// other call fails with EPERM, which the kernel logs, so that a library which tries one goes on
// without; one that no library of ours makes by mistake (execve, ptrace, mount, bpf, ...) ends the
// process. Call after dropPrivileges(), when everything is loaded and open, with only this thread
// running.
Confinement confine(const ServerAccount& account);

}  // namespace brood::gateway
