#pragma once
// Control groups, versions 1 and 2 behind one interface (cgroups(7)).
//
// Everything happens below one directory of ours, <mount>/<parent>/<instance>/, which also tells a
// successor what a crashed supervisor left behind.

#include <kj/memory.h>
#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rpc/layers.h"
#include "rpc/owned_fd.h"

namespace brood {

struct CgroupLimits {
  uint64_t memoryBytes = 0;
  uint64_t processes = 0;
  uint32_t cpuMillicores = 0;

  bool operator==(const CgroupLimits&) const = default;
};

struct CgroupUsage {
  uint64_t cpuMicros = 0;
  uint64_t peakMemoryBytes = 0;
  uint64_t peakProcesses = 0;
  uint64_t oomKills = 0;        // Processes killed because the memory limit was reached.
  uint64_t processDenials = 0;  // Forks refused because of the process limit.
  // Where it is only measured: of the job's directories.
  uint64_t workspaceBytes = 0;
  uint64_t workspaceInodes = 0;
  bool hidden = false;  // Something of the job's could not be looked into.
};

// One group of processes: a slot's. Owns its directories; the destructor removes them, which needs
// every process to be gone.
class Cgroup {
 public:
  virtual ~Cgroup() noexcept(false) = default;

  // Borrowed write descriptors of cgroup.procs, one per hierarchy, for a process that moves itself
  // in by writing "0". Empty where cgroups are not used.
  virtual std::vector<int> joinFds() const = 0;
  // Those descriptors are not needed any more.
  virtual void closeJoinFds() = 0;
  // A worker has parked inside: what it uses by now is its zygote's and not a job's.
  virtual void noteParked() {}

  // Makes it as new for another sandbox with these limits, once all processes and mounts of the last
  // one are gone. False if something of that one cannot be forgotten, or is still there: then it has
  // to be removed.
  virtual bool renew(const CgroupLimits&) { return false; }

  // Throws if the kernel refuses (memory: below what is already in use).
  virtual void setLimits(const CgroupLimits& limits) = 0;
  virtual CgroupUsage usage() const = 0;
  // The same of a job whose program has ended in order. What the group itself would have told of
  // is not looked up when it has told nothing.
  virtual CgroupUsage usageWhenDone() const { return usage(); }
  // Whether usage() only counts: then whoever runs the job has to look, and to end it.
  virtual bool isSampled() const { return false; }
  // What it is the group of: the slot with this init. Before setLimits().
  virtual void watch(pid_t) {}
  // Or of all that come from this keeper, and of what is in their directories (borrowed).
  virtual void watchTree(pid_t, int /*workspaceFd*/, int /*temporaryFd*/) {}
  // How many tasks our user has, where jobs are counted with us.
  virtual uint64_t tasksOfUser() { return 0; }
  // The job has ended: what is measured of its directories is now measured to the end.
  virtual void finish() {}
  // Only the clock, for the CPU limit's checks while the job runs.
  virtual uint64_t cpuMicros() const = 0;

  // Borrowed; readable once the memory limit has been reached and the kernel kills some process of
  // the group, which is then ours to end as a whole. -1 where the kernel ends all of it by itself.
  virtual int outOfMemoryFd() const { return -1; }
};

class CgroupDriver {
 public:
  virtual ~CgroupDriver() noexcept(false) = default;
  virtual kj::Own<Cgroup> create(const std::string& name, const CgroupLimits& limits) = 0;

  virtual std::string description() const = 0;  // "v1", "v2" or "none: reason".
  // The layers this driver enforces.
  virtual LayerSet layers() const = 0;

  // Kills what a crashed predecessor of the same instance left and removes its groups. Returns
  // how many groups there were. Only with the instance lock held.
  virtual size_t sweep() = 0;
};

struct CgroupOptions {
  std::string mode = "auto";  // auto | v1 | v2 | none
  std::string parent = "brood";
  std::string instance;  // One path component, unique to the runtime directory.
  LayerPolicy layers{};  // A limit whose layer is off is not set.
};

// The cgroup layers that the policy wants.
LayerSet wantedCgroupLayers(const LayerPolicy& policy);
// What zygotes are told: their seccomp policy depends on whether somebody counts all memory.
LayerPolicy withoutMissingCgroups(LayerPolicy policy, LayerSet enforced);
// With zero, which sets nothing, for each limit whose layer is not in the set.
CgroupLimits onlyEnforced(CgroupLimits limits, LayerSet enforced);

// Finds by doing: the version whose group could be created with limits set. "auto" falls back to
// a driver that enforces nothing and says why; an explicit version that does not work throws.
kj::Own<CgroupDriver> newCgroupDriver(const CgroupOptions& options);

// The makers of each version; each throws with the reason if it does not work here.
kj::Own<CgroupDriver> newCgroupV1Driver(const CgroupOptions& options);
kj::Own<CgroupDriver> newCgroupV2Driver(const CgroupOptions& options);

}  // namespace brood
