#pragma once
// System calls that a job may make, but not with every argument.

#include "zygote/layers/seccomp_filter.h"

namespace brood::zygote {

// How much a job shares with others.
enum class SeccompScope {
  ownNamespaces,     // Nothing: its process ids, sockets and IPC objects are its slot's.
  uncountedMemory,   // As above without a cgroup: no calls for memory that no process has mapped.
  sharedNamespaces,  // The host's: no sockets, no IPC objects, and process ids only of itself.
};

// Everything is allowed but certain arguments, and of prctl, fcntl, ioctl and setsockopt nothing
// but what is listed (seccomp_argument_lists.h). Nothing here is needed by a zygote, which installs
// it on itself, or by a slot's init, which inherits it. Throws when it cannot be compiled.
// `foreignAction` as in SeccompFilterBuilder.
kj::Array<sock_filter> compileArgumentRules(SeccompScope scope, uint32_t foreignAction);

}  // namespace brood::zygote
