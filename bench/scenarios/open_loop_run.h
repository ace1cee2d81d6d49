#pragma once
// Jobs that come when they come, and not when the last answer has: at a fixed mean rate, with
// random gaps. Each counts from the moment it was due, so that a system that falls behind cannot
// hide it by being asked less often.

#include <functional>

#include "bench/clients/job.h"
#include "bench/model/measurements.h"
#include "bench/system/interrupt.h"
#include "bench/system/progress.h"

namespace brood::bench {

struct OpenLoopStep {
  double jobsPerSecond;
  double seconds;
  size_t connections;  // A job that is due while all are busy waits for one; its time runs.
  std::function<kj::Own<JobClient>()> connect;
  double secondsAfterwards;  // Progress adds them to the time that is left.
};

// Throws Interrupted.
OpenLoopPoint measureOpenLoop(UvAsyncIo& io, const Interrupt& interrupt, const OpenLoopStep& step,
                              Progress& progress);

}  // namespace brood::bench
