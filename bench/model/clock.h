#pragma once
// The one clock of all measurements.

#include <time.h>

#include <cstdint>

namespace brood::bench {

inline uint64_t nowNanos() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace brood::bench
