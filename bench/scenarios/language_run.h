#pragma once
// Runs the sample program of each available language natively and in sandboxes.

#include "bench/model/measurements.h"
#include "bench/system/interrupt.h"
#include "bench/system/pool_watch.h"
#include "bench/system/progress.h"

namespace brood::bench {

struct LanguagePlan {
  size_t runs = 0;     // Runs of a hot job; the others run half as often.
  double seconds = 0;  // Seconds of throughput for each language; 0 leaves it out.
  std::string socketPath;
};

// Throws Interrupted.
std::vector<LanguageFigures> measureLanguages(UvAsyncIo& io, const Interrupt& interrupt,
                                              PoolWatch& pools, const LanguagePlan& plan,
                                              Progress& progress);

}  // namespace brood::bench
