#pragma once
// Processes by descent, where no PID namespace holds them together.
//
// A job's keeper adopts whatever the job leaves behind, so all of a job descends from its keeper.

#include <sys/types.h>

#include <cstdint>

namespace brood::supervisor {

// Whether the one comes from the other. Only for a process that cannot end meanwhile.
bool descendsFrom(pid_t pid, pid_t ancestor);

// Threads of all processes that belong to our user. Looks at all there are.
uint64_t countTasksOfUser();

}  // namespace brood::supervisor
