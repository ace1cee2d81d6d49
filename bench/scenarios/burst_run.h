#pragma once
// Many jobs at one moment: how long until all are answered, and until the pool is as it was.

#include <string>
#include <vector>

#include "bench/model/measurements.h"
#include "bench/system/pool_watch.h"
#include "bench/system/progress.h"

namespace brood::bench {

struct BurstPlan {
  std::vector<size_t> sizes;  // Jobs of one burst.
  size_t rounds = 0;
  std::string socketPath;
  double secondsAfterwards = 0;  // Progress adds them to the time that is left.
};

// Throws Interrupted.
std::vector<BurstPoint> measureBursts(UvAsyncIo& io, PoolWatch& pools, const BurstPlan& plan,
                                      Progress& progress);

}  // namespace brood::bench
