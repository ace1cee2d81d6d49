#pragma once
// Whether this run differs from an earlier one by more than chance.

#include <string>

#include "bench/model/measurements.h"

namespace brood::bench {

// New median over old, with the 95 % interval of a percentile bootstrap: both samples are drawn
// again with replacement, 2,000 times, from a fixed seed, so that the same samples always give the
// same interval.
struct MedianChange {
  double ratio = 1, low = 1, high = 1;
  bool isSlower() const { return low > 1; }
  bool isFaster() const { return high < 1; }
};

// Both samples must have at least one element.
MedianChange medianChange(const std::vector<uint64_t>& older, const std::vector<uint64_t>& newer);

// The change of a rate, new over old: above 1 is more jobs per second. The interval treats the jobs
// as independent arrivals. Both numbers must be above 0.
MedianChange rateChange(uint64_t olderJobs, double olderRate, uint64_t newerJobs, double newerRate);

// Two tables, latencies and rates, of what both runs measured. Throws std::runtime_error if
// `olderJson` was not made by jsonReport().
std::string comparisonText(const std::string& olderJson, const Measurements& newer);

}  // namespace brood::bench
