#pragma once
// One run: every scenario that was asked for, one after the other.

#include "bench/harness/floors.h"
#include "bench/harness/measurements.h"
#include "bench/harness/options.h"

namespace brood::bench {

// Throws Interrupted, and CliError when a system does not start or is not there.
Measurements measureAll(const Options& options, Floors& floors);

}  // namespace brood::bench
