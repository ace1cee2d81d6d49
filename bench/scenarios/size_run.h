#pragma once
// Hot jobs with large code, stdin, files and output: what each byte adds.

#include <optional>
#include <vector>

#include "bench/clients/sized_jobs.h"
#include "bench/model/measurements.h"
#include "bench/system/pool_watch.h"
#include "bench/system/progress.h"

namespace brood::bench {

struct SizePlan {
  size_t runs = 0;  // Runs of each part, size and transport.
  std::vector<SizedPart> parts;
  std::vector<size_t> sizes;
  std::string socketPath;
  std::optional<std::string> httpAddress;
  double secondsAfterwards = 0;  // Progress adds them to the time that is left.
};

// All take turns. Throws Interrupted.
std::vector<SizePoint> measureSizes(UvAsyncIo& io, PoolWatch& pools, const SizePlan& plan,
                                    Progress& progress);

}  // namespace brood::bench
