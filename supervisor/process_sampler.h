#pragma once
// What a slot's processes use, summed from /proc: the measure where there are no cgroups.
//
// A sample is late where a cgroup is exact: what happens between two of them is seen in the next.

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "rpc/owned_fd.h"
#include "supervisor/cgroup.h"
#include "supervisor/directory_meter.h"
#include "supervisor/process_tree.h"

namespace brood {

class ProcessSampler {
 public:
  // Of the slot with this init. Sees nothing where the slot has no /proc of its own.
  explicit ProcessSampler(pid_t init);
  // Of all that come from this keeper, with what is in the two directories (borrowed).
  ProcessSampler(std::shared_ptr<ProcessTable> table, pid_t keeper, int workspaceFd,
                 int temporaryFd);

  // What is there now is the zygote's and never counted.
  void noteInherited();
  // A job begins.
  void begin(uint64_t memoryLimitBytes, uint64_t processLimit);
  // Looks again; never less than the look before.
  CgroupUsage sample();
  // Nothing is left that could change the directories: a look at all of them, within reason.
  void finish();

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
  // Of files without a name that processes hold open; and whether all could be looked into.
  struct Unnamed {
    uint64_t bytes = 0;
    bool hidden = false;
  };
  Unnamed unnamedFiles() const;
  void noteDirectories();
  std::vector<pid_t> pids() const;  // By their numbers inside, init or keeper included.
  std::vector<pid_t> pidsInside() const;
  void measureDirectories();

  OwnedFd proc_;
  pid_t first_;  // Init or keeper: not the job's.
  std::shared_ptr<ProcessTable> table_;
  std::optional<DirectoryMeter> directories_;
  std::vector<OwnedFd> fileSystems_;
  uint64_t memoryLimitBytes_ = 0, processLimit_ = 0;
  // Anonymous memory of the zygote that a worker shares with it, whole and its share.
  uint64_t inheritedBytes_ = 0, inheritedShareBytes_ = 0;
  CgroupUsage usage_;
};

}  // namespace brood
