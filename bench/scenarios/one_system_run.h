#pragma once
// The usual scenarios: all of them on the same system.

#include "bench/model/measurements.h"
#include "bench/system/floors.h"
#include "bench/system/interrupt.h"
#include "bench/system/options.h"
#include "bench/system/progress.h"

namespace brood::bench {

void measureOnOneSystem(UvAsyncIo& io, const Interrupt& interrupt, const Options& options,
                        Floors& floors, Progress& progress, Measurements& measurements);

}  // namespace brood::bench
