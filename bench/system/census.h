#pragma once
// Counts what a system of our own holds at one moment.

#include <sys/types.h>

#include <string>

#include "bench/model/measurements.h"

namespace brood::bench {

// Counts for `serve` and all that descends from it, for the control groups called `cgroupName`, and
// for the machine's slab. Take censuses that are to be compared at rest, with the same number of
// parked workers.
Census takeCensus(pid_t serve, pid_t supervisor, const std::string& cgroupName);

}  // namespace brood::bench
