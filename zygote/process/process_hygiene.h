#pragma once
// Checks and settings by which a zygote keeps its own process in order.

#include <sys/types.h>

#include <vector>

namespace brood::zygote {

// First thing in main: forgets what was inherited from whoever started us. Only 0, 1, 2 and the
// control socket stay open; ignored signals become default; no supplementary groups, no terminal,
// no path of ours in the command line that every worker will show. Not dumpable. Dies with its
// parent. Throws when controlFd is not a socket.
void startClean(const char* name, int controlFd, char** argv);

// Entries of /proc/self/task.
unsigned countThreads();

// Returns this process's children, by a look at all that is in /proc.
std::vector<pid_t> childrenOfThisProcess();

}  // namespace brood::zygote
