#pragma once
// Many jobs on a system of our own, and whether anything of them is left.

#include "bench/model/measurements.h"
#include "bench/system/interrupt.h"
#include "bench/system/progress.h"

namespace brood::bench {

// By clients over RPC and over HTTP. What is built once for so many clients is there before the
// first census: a twentieth of the jobs, which are not counted. Throws Interrupted.
FlatFigures measureFlat(UvAsyncIo& io, const Interrupt& interrupt, size_t jobs, Progress& progress);

}  // namespace brood::bench
