#pragma once
// Hot jobs with large code, stdin, files and output: what each byte adds.

#include <optional>
#include <vector>

#include "bench/harness/measurements.h"
#include "bench/harness/pool_watch.h"
#include "bench/harness/progress.h"
#include "bench/harness/sized_jobs.h"

namespace brood::bench {

struct SizePlan {
  size_t runs = 0;  // Of each part, size and transport.
  std::vector<SizedPart> parts;
  std::vector<size_t> sizes;
  std::string socketPath;
  std::optional<std::string> httpAddress;
  double secondsAfterwards = 0;  // What progress adds to what is left.
};

// All take turns. Throws Interrupted.
std::vector<SizePoint> measureSizes(UvAsyncIo& io, PoolWatch& pools, const SizePlan& plan,
                                    Progress& progress);

}  // namespace brood::bench
