#pragma once
// Exact percentiles: every sample is kept, sorted once, and the answer is one of them.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace brood::bench {

// The smallest sample that at least `permille` thousandths of all samples do not exceed. Nothing
// is interpolated: with few samples, high percentiles are the maximum. `sorted` is not empty.
uint64_t nearestRank(const std::vector<uint64_t>& sorted, uint32_t permille);

struct Summary {
  size_t count = 0;
  uint64_t min = 0;
  uint64_t p50 = 0;
  uint64_t p90 = 0;
  uint64_t p99 = 0;
  uint64_t max = 0;
};

// All zero without samples.
Summary summarize(std::vector<uint64_t> samples);

// 0 if either has no samples.
double ratioOfMedians(const Summary& numerator, const Summary& denominator);

}  // namespace brood::bench
