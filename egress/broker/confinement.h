#pragma once
// Gives up what the process that carries jobs' bytes need not ask of the kernel.

#include <sys/types.h>

#include <optional>

#include "base/confinement/confinement.h"

namespace brood::egress {

struct Account {
  uid_t uid;
  gid_t gid;
};

// Gives up for good what the broker does not need once it has read its name servers and
// certificates: the user that it was (nothing: it stays who it is) and all capabilities; with
// Landlock every path, every TCP port of its own and every signal to others; with seccomp every
// call but those of a process that accepts, reads, writes, waits and connects over TCP and UDP. It
// can make no Unix socket, so it does not reach the supervisor's; it can listen nowhere. Nobody but
// root reads its memory. Call with only this thread running.
Confinement confine(const std::optional<Account>& account);

// As many descriptors as may be had: each connection takes two.
void raiseDescriptorLimit();

}  // namespace brood::egress
