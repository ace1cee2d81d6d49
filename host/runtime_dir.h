#pragma once
// Whether the runtime directory will do.

#include <sys/types.h>

#include <string>

namespace brood {

// Empty if this process can make it and its files. Else why not, with the path in question.
std::string whyNotOwnDirectory(const std::string& path);

// Empty if files of jobs, programs among them, may lie below `path`, which need not be there yet.
// Else why not: "its file system is mounted with noexec".
std::string whyNotForJobs(const std::string& path);

// Empty if a user of these ids, whom we could become, may pass through every directory on the way
// to `path`, as far as they are there already. Else which one he may not enter: "/root (mode
// 0700)"; or why that cannot be found out. Forks, so only in a process with one thread.
std::string whyNotReachable(const std::string& path, uid_t uid, gid_t gid);

}  // namespace brood
