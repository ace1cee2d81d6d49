#pragma once
// Memory that a process occupies, from proc(5).

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace brood::bench {

struct ProcessSize {
  uint64_t anonymousKib = 0;  // "Anonymous" of smaps_rollup: what a fork has to copy or to map.
  uint64_t privateKib = 0;    // Shared with no other process ("unique set size").
  uint64_t tablesKib = 0;     // "VmPTE" of status.
};

// All zero where we may not look, or it is gone.
ProcessSize sizeOf(pid_t pid);
// Children of all its threads.
std::vector<pid_t> childrenOf(pid_t pid);
// 0 if there is no such process.
pid_t parentOf(pid_t pid);

// Time that all CPUs of the machine have been busy, in microseconds; steps of 10 ms or so.
uint64_t busyMicros();

}  // namespace brood::bench
