#pragma once
// Puts a program's own process in order, whoever has started it and how.

namespace brood {

// First thing in main(), before a descriptor is opened and while there is one thread. Where
// standard input, output or error is closed it becomes /dev/null, which children inherit: the next
// file opened would take its number otherwise, and be written to as output. No signal stays blocked
// (a mask is inherited through execve(2)), and SIGCHLD is not ignored, for with that children
// cannot be waited for (wait(2)).
void startInOrder() noexcept;

// As above, for a daemon: its files have the modes that it asks for, whatever umask it was given,
// and to write beyond a limit is an error and not its end.
void startDaemonInOrder() noexcept;

}  // namespace brood
