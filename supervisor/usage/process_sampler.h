#pragma once
// Sums the use of a slot's processes from /proc: the measure where there are no cgroups.
//
// A sample is late where a cgroup is exact: what happens between two of them is seen in the next.
// The cost of a look is the job's choice, so it is made in steps, on a thread for looks
// (supervisor/base/look_thread.h): after begin() nobody else touches this.

#include <kj/time.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "base/owned_fd.h"
#include "supervisor/processes/process_walk.h"
#include "supervisor/usage/cpu_account.h"
#include "supervisor/usage/directory_meter.h"
#include "supervisor/usage/process_records.h"
#include "supervisor/usage/usage_meter.h"

namespace brood::supervisor {

class ProcessSampler {
 public:
  // Samples the slot with this init. Sees nothing where the slot has no /proc of its own.
  explicit ProcessSampler(pid_t init);
  // Samples all that descend from this keeper, and the content of the two directories.
  ProcessSampler(pid_t keeper, OwnedFd workspace, OwnedFd temporary);

  // The memory that is there now is the zygote's and never counted. Returns the CPU time used so
  // far.
  uint64_t noteInherited();
  // A job begins.
  void begin(uint64_t memoryLimitBytes, uint64_t processLimit);

  // Begins a look, and drops one that has not come to its end. Returns its number.
  uint64_t startLook(bool isLast);
  bool isAt(uint64_t look) const { return look_ == look; }
  // A millisecond or two of it, or one process. True when it is complete.
  bool step();
  // As of the last complete look; never less than the one before.
  const Usage& usage() const { return usage_; }

 private:
  enum class Phase { processes, directories, shares, done };

  Phase lookAtProcesses();
  Phase lookAtDirectories();
  Phase afterDirectories();
  void sumUp(bool divided);
  void noteTimes();
  uint64_t memoryBytes(bool divided) const;
  uint64_t socketBytes() const;
  uint64_t tmpfsBytes() const;

  ProcessWalk walk_;
  ProcessRecords records_;
  CpuAccount cpu_;
  std::optional<DirectoryMeter> directories_;
  std::vector<OwnedFd> fileSystems_;
  bool hasOwnNetwork_ = false;
  uint64_t memoryLimitBytes_ = 0, processLimit_ = 0;
  // The memory that a worker shares with its zygote: anonymous memory whole and its share, and the
  // rest.
  uint64_t inheritedBytes_ = 0, inheritedShareBytes_ = 0, inheritedKernelBytes_ = 0,
           inheritedSharedBytes_ = 0;
  kj::TimePoint lookedAt_ = kj::origin<kj::TimePoint>();
  uint64_t look_ = 0;
  bool isLast_ = false;
  size_t namesLeft_ = 0;
  Phase phase_ = Phase::done;
  Usage usage_;
};

}  // namespace brood::supervisor
