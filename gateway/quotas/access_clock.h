#pragma once
// The time that quotas go by. A test turns its own.

#include <time.h>

#include <cstdint>

#include "base/utc_time.h"

namespace brood::gateway {

class AccessClock {
 public:
  virtual ~AccessClock() = default;
  // Does not go back: rates.
  virtual uint64_t monotonicMicros() const = 0;
  // The civil calendar: days, expiry.
  virtual UnixMillis wallMillis() const = 0;
};

class SystemAccessClock final : public AccessClock {
 public:
  uint64_t monotonicMicros() const override {
    timespec now;
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1'000'000 +
           static_cast<uint64_t>(now.tv_nsec) / 1000;
  }
  UnixMillis wallMillis() const override { return wallClockMillis(); }
};

}  // namespace brood::gateway
