#include "bench/floors/affinity.h"

#include <kj/debug.h>

namespace brood::bench {

std::vector<int> allowedCpus() {
  cpu_set_t set;
  KJ_SYSCALL(::sched_getaffinity(0, sizeof(set), &set));
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  }
  return cpus;
}

void pinToCpu(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  KJ_SYSCALL(::sched_setaffinity(0, sizeof(set), &set), cpu);
}

PinnedToCpu::PinnedToCpu(int cpu) {
  KJ_SYSCALL(::sched_getaffinity(0, sizeof(before_), &before_));
  pinToCpu(cpu);
}

PinnedToCpu::~PinnedToCpu() { ::sched_setaffinity(0, sizeof(before_), &before_); }

}  // namespace brood::bench
