#pragma once
// How long a session lives: until its time is over, or until nobody has used it for too long. Time
// is the caller's.

#include <kj/time.h>

#include <cstdint>

namespace brood::supervisor {

class SessionLife {
 public:
  SessionLife(kj::TimePoint now, uint64_t ttlMs, uint64_t idleTimeoutMs)
      : ttlMs_(ttlMs), idleTimeoutMs_(idleTimeoutMs), startsAt_(now), lastUseAt_(now) {}

  // Somebody begins or ends a call that keeps it.
  void noteUse() { ++uses_; }
  void noteUseEnded(kj::TimePoint now) {
    --uses_;
    lastUseAt_ = now;
  }
  bool isUsed() const { return uses_ > 0; }

  // The time to live counts from now.
  void setTtl(kj::TimePoint now, uint64_t ttlMs) {
    ttlMs_ = ttlMs;
    startsAt_ = now;
  }
  void setIdleTimeout(kj::TimePoint now, uint64_t idleTimeoutMs) {
    idleTimeoutMs_ = idleTimeoutMs;
    lastUseAt_ = now;
  }
  uint64_t ttlMs() const { return ttlMs_; }
  uint64_t idleTimeoutMs() const { return idleTimeoutMs_; }

  kj::TimePoint endOfTime() const { return startsAt_ + ttlMs_ * kj::MILLISECONDS; }
  // The earlier of the two ends; while it is used, that of its time.
  kj::TimePoint endsAt() const {
    const auto idle = lastUseAt_ + idleTimeoutMs_ * kj::MILLISECONDS;
    return isUsed() || endOfTime() < idle ? endOfTime() : idle;
  }

 private:
  uint64_t ttlMs_, idleTimeoutMs_;
  kj::TimePoint startsAt_, lastUseAt_;
  uint32_t uses_ = 0;
};

}  // namespace brood::supervisor
