#pragma once
// Per-process limits: a backstop below the cgroup's.

#include <cstdint>

namespace brood {

struct ProcessLimits {  // Zero leaves a limit as it is.
  uint64_t fileBytes = 0;
  uint64_t openFiles = 0;
  uint64_t processes = 0;   // Of the slot's own uid, so of the slot.
  uint64_t cpuSeconds = 0;  // SIGXCPU at the limit, SIGKILL a second later.
  uint64_t dataBytes = 0;   // Writable private memory beyond what there is now.
  uint64_t signals = 0;     // Pending at once.
};

// What every worker gets whatever its job: no core files, a bounded stack, little locked memory.
// Returns 0 or errno.
int applyFixedLimits();

// Soft and hard limits, never above the current hard ones. Returns 0 or errno.
int applyLimits(const ProcessLimits& limits);

// The same in a worker that has lost the privilege to raise a limit: one call for each.
int applyJobLimits(const ProcessLimits& limits);

}  // namespace brood
