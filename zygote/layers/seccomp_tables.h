#pragma once
// System calls by theme, as data for SeccompPolicy. What is in no table answers ENOSYS.

#include <kj/array.h>

namespace brood::zygote {

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
// Calls that programs probe for: ENOSYS, after which they use an older call. EPERM from clone3
// would leave them without threads.
SyscallNames sandboxMakersProbed();

// Calls that are refused to a job which shares the host with others of its user, because Landlock
// does not see them: changes to a file's mode, owner and times by its path, and sockets that have
// an address.
// EPERM.
SyscallNames pathChangers();
SyscallNames addressedSockets();
// Extended attributes by path, as on a file system that has none: EOPNOTSUPP.
SyscallNames attributesByPath();

// A sandbox of a job's own: its rules are memory, so only where that is counted.
SyscallNames landlockSyscalls();

// Answered with success, and nothing done.
SyscallNames writingOutSyscalls();

}  // namespace brood::zygote
