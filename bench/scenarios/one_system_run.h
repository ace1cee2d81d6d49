#pragma once
// The usual scenarios: all of them on the same system.

#include "bench/harness/floors.h"
#include "bench/harness/interrupt.h"
#include "bench/harness/measurements.h"
#include "bench/harness/options.h"
#include "bench/harness/progress.h"

namespace brood::bench {

void measureOnOneSystem(UvAsyncIo& io, const Interrupt& interrupt, const Options& options,
                        Floors& floors, Progress& progress, Measurements& measurements);

}  // namespace brood::bench
