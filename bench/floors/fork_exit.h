#pragma once
// fork, _exit, wait: what a process costs that does nothing.

#include <cstddef>
#include <cstdint>

#include "bench/floors/helper_process.h"

namespace brood::bench {

// Forks from a helper of its own, so that the caller's size does not count; only `heapMegabytes`
// of touched 4 KiB pages do.
class ForkExit {
 public:
  explicit ForkExit(size_t heapMegabytes = 0);

  // From before the fork until the child is reaped, in nanoseconds.
  uint64_t measure();

 private:
  HelperProcess forker_;
};

}  // namespace brood::bench
