#pragma once
// Which CPU the calling thread runs on.

#include <sched.h>

#include <vector>

namespace brood::bench {

// Those this process may use, ascending; at least one.
std::vector<int> allowedCpus();

void pinToCpu(int cpu);

// Pins the calling thread for a scope, then gives it back the CPUs it had.
class PinnedToCpu {
 public:
  explicit PinnedToCpu(int cpu);
  ~PinnedToCpu();
  PinnedToCpu(const PinnedToCpu&) = delete;
  PinnedToCpu& operator=(const PinnedToCpu&) = delete;

 private:
  cpu_set_t before_;
};

}  // namespace brood::bench
