#include "bench/model/statistics.h"

#include <kj/debug.h>

#include <algorithm>

namespace brood::bench {

uint64_t nearestRank(const std::vector<uint64_t>& sorted, uint32_t permille) {
  KJ_REQUIRE(!sorted.empty() && permille <= 1'000);
  size_t rank = (sorted.size() * permille + 999) / 1'000;
  return sorted[std::max<size_t>(rank, 1) - 1];
}

Summary summarize(std::vector<uint64_t> samples) {
  if (samples.empty()) return {};
  std::sort(samples.begin(), samples.end());
  return {samples.size(),
          samples.front(),
          nearestRank(samples, 500),
          nearestRank(samples, 900),
          nearestRank(samples, 990),
          samples.back()};
}

double ratioOfMedians(const Summary& numerator, const Summary& denominator) {
  if (numerator.count == 0 || denominator.p50 == 0) return 0;
  return static_cast<double>(numerator.p50) / static_cast<double>(denominator.p50);
}

}  // namespace brood::bench
