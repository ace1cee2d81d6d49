#pragma once
// What a system of our own holds at one moment.

#include <sys/types.h>

#include <string>

#include "bench/harness/measurements.h"

namespace brood::bench {

// Of `serve` and all that descends from it, of the control groups called `cgroupName`, and of the
// machine's slab. What is to be compared is taken at rest, with the same number of parked workers.
Census takeCensus(pid_t serve, pid_t supervisor, const std::string& cgroupName);

}  // namespace brood::bench
