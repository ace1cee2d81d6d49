#pragma once
// Thin, throwing wrappers of the few system calls glibc 2.36 has no names for, and file helpers.

#include <kj/common.h>
#include <kj/string.h>
#include <sys/types.h>

#include <cstdint>
#include <string>

#include "base/owned_fd.h"

namespace brood::supervisor {

// pidfd_open(2), CLOEXEC. Throws if the process does not exist.
OwnedFd openPidfd(pid_t pid);

// Sends a signal through a pidfd. A process that is already gone is not an error.
void signalPidfd(int pidfd, int signalNumber) noexcept;

// Whether there is something to read at once.
bool isReadable(int fd);

// Whole content of a small kernel file (cgroup, proc), read at offset 0 of a borrowed descriptor.
// At most 4 KiB; throws on a read error.
std::string readKernelFile(int fd);

// First unsigned number in such a file.
uint64_t readKernelNumber(int fd);

// The number after `key` in a "key value" per line file; 0 if the key is not there.
uint64_t readKernelCounter(int fd, kj::StringPtr key);

// Same, by path relative to a directory; throws when it cannot be opened.
std::string readFileAt(int dirFd, const char* path);
void writeFileAt(int dirFd, const char* path, const std::string& value);

// open(2) with O_CLOEXEC; throws with the path.
OwnedFd openAt(int dirFd, const char* path, int flags);

}  // namespace brood::supervisor
