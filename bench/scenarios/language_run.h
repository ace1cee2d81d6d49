#pragma once
// Each installed language with the sample program of its manifest: natively and in sandboxes.

#include "bench/harness/interrupt.h"
#include "bench/harness/measurements.h"
#include "bench/harness/pool_watch.h"
#include "bench/harness/progress.h"

namespace brood::bench {

struct LanguagePlan {
  size_t runs = 0;     // Of a hot job; the others run half as often.
  double seconds = 0;  // Of throughput, each language; 0 leaves it out.
  std::string socketPath;
};

// Throws Interrupted.
std::vector<LanguageFigures> measureLanguages(UvAsyncIo& io, const Interrupt& interrupt,
                                              PoolWatch& pools, const LanguagePlan& plan,
                                              Progress& progress);

}  // namespace brood::bench
