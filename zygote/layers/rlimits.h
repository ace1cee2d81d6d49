#pragma once
// Per-process limits: a backstop below the cgroup's.

#include <cstdint>

namespace brood::zygote {

struct ProcessLimits {  // Zero leaves a limit as it is.
  uint64_t fileBytes = 0;
  uint64_t openFiles = 0;
  uint64_t processes = 0;   // Counted for the slot's own uid, so for the slot.
  uint64_t cpuSeconds = 0;  // SIGXCPU at the limit, SIGKILL a second later.
  uint64_t dataBytes = 0;   // Writable private memory beyond what there is now.
  uint64_t signals = 0;     // Pending at once, and POSIX timers.
};

// Sets the limits that every worker gets whatever its job: no core dumps, a bounded stack, no
// message queues, no priorities, little locked memory. Returns 0 or errno.
int applyFixedLimits();

// For a zygote and all that comes from it: no core file, and no start of a program that
// core_pattern names. Raising a limit of 0 to that takes CAP_SYS_RESOURCE; without, it stays.
void forbidCoreDumps();

// For who makes user namespaces: all that is in them together may have so many signals and timers
// pending as half of what their maker may (setrlimit(2); since Linux 5.14 a namespace is bound by
// the limit that its maker had then). Returns 0 or errno.
int leaveHalfToTheHost();

// Soft and hard limits, never above the current hard ones. Returns 0 or errno.
int applyLimits(const ProcessLimits& limits);

// As above, in a worker that has lost the privilege to raise a limit: one call for each.
int applyJobLimits(const ProcessLimits& limits);

}  // namespace brood::zygote
