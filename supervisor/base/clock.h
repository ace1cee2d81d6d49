#pragma once
// The clock of phase timings: monotonic, read when asked, not once a turn of the loop.

#include <kj/time.h>

#include <cstdint>

namespace brood::supervisor {

kj::TimePoint monotonicNow();
uint64_t microsBetween(kj::TimePoint from, kj::TimePoint to);

}  // namespace brood::supervisor
