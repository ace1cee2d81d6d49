#include "egress/network/byte_rate.h"

namespace brood::egress {

kj::Duration ByteRate::take(uint64_t bytes, kj::TimePoint now) {
  if (bytesPerSecond_ == 0) return 0 * kj::SECONDS;
  if (!isStarted_ || fullAt_ < now) fullAt_ = now;
  isStarted_ = true;
  const uint64_t microseconds = bytes * 1000000 / bytesPerSecond_;
  fullAt_ += static_cast<int64_t>(microseconds) * kj::MICROSECONDS;
  const auto debt = fullAt_ - now;
  return debt > 1 * kj::SECONDS ? debt - 1 * kj::SECONDS : 0 * kj::SECONDS;
}

}  // namespace brood::egress
