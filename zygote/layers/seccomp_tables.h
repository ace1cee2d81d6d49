#pragma once
// System calls by theme, as data for SeccompPolicy. What is in no table answers ENOSYS.

#include <kj/array.h>

namespace brood {

using SyscallNames = kj::ArrayPtr<const char* const>;

// Every call of these is allowed (its arguments may still be refused).
kj::ArrayPtr<const SyscallNames> allowedSyscalls();

// Allowed only where what they make ends with the job's own namespaces: SysV and POSIX IPC objects,
// and anonymous files where nothing but a limit on the sandbox as a whole counts them.
SyscallNames interprocessSyscalls();

// Known privileged calls: EPERM, as an unprivileged caller of the real thing gets.
SyscallNames privilegedSyscalls();

// Nobody calls these by accident: the process ends.
SyscallNames fatalSyscalls();

// Allowed to zygotes and inits; to a job they answer EPERM.
SyscallNames sandboxMakersPrivileged();
// The same for what programs probe for: ENOSYS, after which they use an older call. EPERM from
// clone3 would leave them without threads.
SyscallNames sandboxMakersProbed();

// What a job may not do where it shares the host with others of its user, and what Landlock does
// not see: changes to a file's mode, owner and times by its path, and sockets that have an address.
// EPERM.
SyscallNames pathChangers();
SyscallNames addressedSockets();
// Extended attributes by path, as on a file system that has none: EOPNOTSUPP.
SyscallNames attributesByPath();
// What tells of others' files without opening any: ENOSYS.
SyscallNames fileWatchers();

}  // namespace brood
