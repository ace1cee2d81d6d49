#pragma once
// N clients without a pause. The pool was full at the start; what it hides it does not remove, so
// the starts are counted beside the rate.

#include <functional>

#include "bench/clients/job.h"
#include "bench/model/measurements.h"
#include "bench/system/interrupt.h"
#include "bench/system/progress.h"

namespace brood::bench {

struct ThroughputStep {
  std::string transport;
  size_t clients;
  double seconds;
  std::function<kj::Own<JobClient>()> connect;
  double secondsAfterwards;        // Progress adds them to the time that is left.
  JobMaker jobs{Workload::print};  // Each client has one of its own.
};

// Throws Interrupted.
ThroughputPoint measureThroughput(UvAsyncIo& io, const Interrupt& interrupt,
                                  const ThroughputStep& step, Progress& progress);

}  // namespace brood::bench
