#pragma once
// Whether this run differs from an earlier one by more than chance.

#include <string>

#include "bench/harness/measurements.h"

namespace brood::bench {

// New median over old, with the 95 % interval of a percentile bootstrap: both samples are drawn
// again with replacement, 2,000 times, from a fixed seed, so that the same samples always give the
// same interval.
struct MedianChange {
  double ratio = 1, low = 1, high = 1;
  bool isSlower() const { return low > 1; }
  bool isFaster() const { return high < 1; }
};

// Neither is empty.
MedianChange medianChange(const std::vector<uint64_t>& older, const std::vector<uint64_t>& newer);

// The same of two rates, from the numbers of jobs alone, as if these came independently.
MedianChange rateChange(uint64_t olderJobs, double olderRate, uint64_t newerJobs, double newerRate);

// A table of all that both have measured. `olderJson` is what jsonReport() made. Throws
// std::runtime_error when it is not.
std::string comparisonText(const std::string& olderJson, const Measurements& newer);

}  // namespace brood::bench
