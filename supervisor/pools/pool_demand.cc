#include "supervisor/pools/pool_demand.h"

#include <algorithm>
#include <limits>

namespace brood::supervisor {
namespace {

constexpr auto kBucketTime = 100 * kj::MILLISECONDS;
// A refill that has to wait for a CPU says how it is now; one sample must not say it alone.
constexpr int kSmoothing = 8;

}  // namespace

void PoolDemand::advance(kj::TimePoint now) {
  const int64_t bucket = (now - kj::origin<kj::TimePoint>()) / kBucketTime;
  if (bucket <= current_) return;
  const int64_t passed = std::min<int64_t>(bucket - current_, kBuckets);
  for (int64_t i = 1; i <= passed; ++i) {
    auto& oldest = arrivals_[static_cast<size_t>(bucket - passed + i) % kBuckets];
    total_ -= oldest;
    oldest = 0;
  }
  current_ = bucket;
}

void PoolDemand::noteArrival(kj::TimePoint now) {
  advance(now);
  auto& bucket = arrivals_[static_cast<size_t>(current_) % kBuckets];
  if (bucket == std::numeric_limits<uint16_t>::max()) return;
  ++bucket;
  ++total_;
}

void PoolDemand::noteRefill(kj::Duration took) {
  refillTime_ = refillTime_ + (took - refillTime_) / kSmoothing;
}

size_t PoolDemand::refillBuckets() const {
  const auto buckets = refillTime_ / kBucketTime + 1;
  return std::clamp<size_t>(static_cast<size_t>(std::max<int64_t>(buckets, 1)), 1, kBuckets);
}

uint32_t PoolDemand::wanted(kj::TimePoint now) {
  advance(now);
  if (total_ == 0) return 0;
  const size_t window = refillBuckets();
  uint64_t sum = 0, most = 0;
  // From the oldest bucket on; the window ends at each in turn.
  for (size_t i = 1; i <= kBuckets; ++i) {
    const size_t newest = (static_cast<size_t>(current_) + i) % kBuckets;
    sum += arrivals_[newest];
    if (i > window) sum -= arrivals_[(newest + kBuckets - window) % kBuckets];
    most = std::max(most, sum);
  }
  return static_cast<uint32_t>(most + most / 4 + 1);
}

}  // namespace brood::supervisor
