#pragma once
// Hot jobs over HTTP that say when they passed which point, on a system of our own that permits it.

#include "bench/model/measurements.h"
#include "bench/system/interrupt.h"
#include "bench/system/progress.h"

namespace brood::bench {

// `runs` jobs without the kernel's tracer, and as many with each of its levels where it can be had:
// what it makes slower is not what the times are taken from. Throws Interrupted.
TraceFigures measureTrace(UvAsyncIo& io, const Interrupt& interrupt, size_t runs,
                          Progress& progress);

}  // namespace brood::bench
