#pragma once
// Jobs that come when they come, and not when the last answer has: at a fixed mean rate, with
// random gaps. Each counts from the moment it was due, so that a system that falls behind cannot
// hide it by being asked less often.

#include <functional>

#include "bench/harness/interrupt.h"
#include "bench/harness/job.h"
#include "bench/harness/measurements.h"
#include "bench/harness/progress.h"

namespace brood::bench {

struct OpenLoopStep {
  double jobsPerSecond;
  double seconds;
  size_t connections;  // What is due while all are busy waits for one; its time runs.
  std::function<kj::Own<JobClient>()> connect;
  double secondsAfterwards;  // What progress adds to what is left.
};

// Throws Interrupted.
OpenLoopPoint measureOpenLoop(UvAsyncIo& io, const Interrupt& interrupt, const OpenLoopStep& step,
                              Progress& progress);

}  // namespace brood::bench
