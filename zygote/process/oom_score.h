#pragma once
// Tells the kernel to end jobs before anybody else when the host has no memory left.

#include <sys/types.h>

namespace brood::zygote {

// Affects the calling process and those that it starts. To be ended sooner takes no privilege; to
// take it back does, and a job may not write in /proc at all. Allocates nothing. Returns 0 or
// errno.
int beEndedFirst();

// Affects another process, given by its number in this /proc (borrowed).
int haveEndedFirst(int procFd, pid_t pid);

}  // namespace brood::zygote
