#include "rpc/calls/job_trace.h"

#include <time.h>

namespace brood {

uint64_t JobTrace::nowNanos() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace brood
