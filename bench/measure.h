#pragma once
// One run: every scenario that was asked for, one after the other.

#include "bench/model/measurements.h"
#include "bench/system/floors.h"
#include "bench/system/options.h"

namespace brood::bench {

// Throws Interrupted, and cli::CliError when a system does not start or is not there.
Measurements measureAll(const Options& options, Floors& floors);

}  // namespace brood::bench
