#include "supervisor/base/clock.h"

#include <time.h>

namespace brood::supervisor {

kj::TimePoint monotonicNow() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return kj::origin<kj::TimePoint>() + now.tv_sec * kj::SECONDS + now.tv_nsec * kj::NANOSECONDS;
}

uint64_t microsBetween(kj::TimePoint from, kj::TimePoint to) {
  return to <= from ? 0 : static_cast<uint64_t>((to - from) / kj::MICROSECONDS);
}

}  // namespace brood::supervisor
