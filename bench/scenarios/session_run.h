#pragma once
// Sessions: what opening one, a cell, a command and a file cost, beside the floors, in turns.

#include <string>
#include <vector>

#include "bench/model/measurements.h"
#include "bench/system/interrupt.h"
#include "bench/system/pool_watch.h"
#include "bench/system/progress.h"

namespace brood::bench {

struct SessionPlan {
  size_t runs = 0;  // Each is a cell; what is slower runs less often.
  size_t idle = 0;  // Sessions that are open while the last series of jobs runs.
  std::string socketPath;
};

// A key of each series begins with "session_". Throws Interrupted.
std::vector<LatencySeries> measureSessions(UvAsyncIo& io, const Interrupt& interrupt,
                                           PoolWatch& pools, const SessionPlan& plan,
                                           Progress& progress);

}  // namespace brood::bench
