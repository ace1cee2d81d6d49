#pragma once
// What a slot's processes use, summed from its own /proc: the measure where there are no cgroups.
//
// A sample is late where a cgroup is exact: what happens between two of them is seen in the next.

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "rpc/owned_fd.h"
#include "supervisor/cgroup.h"

namespace brood {

class ProcessSampler {
 public:
  // Of the slot with this init. Sees nothing where the slot has no /proc of its own.
  explicit ProcessSampler(pid_t init);

  // What is there now is the zygote's and never counted.
  void noteInherited();
  // A job begins.
  void begin(uint64_t memoryLimitBytes);
  // Looks again; never less than the look before.
  CgroupUsage sample();

 private:
  struct Totals {
    uint64_t cpuMicros = 0;
    uint64_t processes = 0;
    uint64_t anonymousBytes = 0;  // Pages that two processes share count twice.
    uint64_t sharedBytes = 0;     // Of shared memory and tmpfs that is mapped; likewise.
  };
  Totals sumUp() const;
  struct Shares {
    uint64_t anonymousBytes = 0, sharedBytes = 0;
  };
  // With shared pages divided among those who share them. Walks page tables, so it takes longer.
  Shares shares() const;
  uint64_t tmpfsBytes() const;
  std::vector<pid_t> pids() const;  // By their numbers inside, init included.

  OwnedFd proc_;
  std::vector<OwnedFd> fileSystems_;
  uint64_t memoryLimitBytes_ = 0;
  // Anonymous memory of the zygote that a worker shares with it, whole and its share.
  uint64_t inheritedBytes_ = 0, inheritedShareBytes_ = 0;
  CgroupUsage usage_;
};

}  // namespace brood
