#include "gateway/quotas/token_bucket.h"

#include <algorithm>

namespace brood::gateway {
namespace {

// A token is as many parts as a minute has microseconds.
constexpr uint64_t kMinuteMicros = 60'000'000;

}  // namespace

TokenBucket::TokenBucket(uint64_t perMinute, uint64_t nowMicros)
    : perMinute_(perMinute), parts_(perMinute * kMinuteMicros), filledAtMicros_(nowMicros) {}

void TokenBucket::refill(uint64_t nowMicros) {
  if (nowMicros <= filledAtMicros_) return;
  // After a minute the bucket is full, however long it has been; longer would overflow.
  const uint64_t passed = std::min(nowMicros - filledAtMicros_, kMinuteMicros);
  parts_ = std::min(parts_ + passed * perMinute_, perMinute_ * kMinuteMicros);
  filledAtMicros_ = nowMicros;
}

bool TokenBucket::take(uint64_t nowMicros) {
  refill(nowMicros);
  if (parts_ < kMinuteMicros) return false;
  parts_ -= kMinuteMicros;
  return true;
}

void TokenBucket::putBack() {
  parts_ = std::min(parts_ + kMinuteMicros, perMinute_ * kMinuteMicros);
}

uint64_t TokenBucket::remaining(uint64_t nowMicros) {
  refill(nowMicros);
  return parts_ / kMinuteMicros;
}

uint64_t TokenBucket::microsUntilOne(uint64_t nowMicros) {
  refill(nowMicros);
  if (parts_ >= kMinuteMicros) return 0;
  return (kMinuteMicros - parts_ + perMinute_ - 1) / perMinute_;
}

void TokenBucket::setRate(uint64_t perMinute, uint64_t nowMicros) {
  refill(nowMicros);
  // In two steps, of which neither overflows: rates are at most 10^9.
  parts_ = parts_ / perMinute_ * perMinute + parts_ % perMinute_ * perMinute / perMinute_;
  perMinute_ = perMinute;
}

}  // namespace brood::gateway
