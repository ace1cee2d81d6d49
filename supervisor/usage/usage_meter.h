#pragma once
// The meter of one sandbox: counts what its processes use, and holds them to their limits where the
// kernel helps. A control group is exact; a sampler sees what its last look saw, and enforces
// nothing.

#include <kj/async.h>
#include <kj/memory.h>
#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "base/owned_fd.h"
#include "supervisor/usage/socket_memory.h"

namespace brood::supervisor {

struct UsageLimits {
  uint64_t memoryBytes = 0;
  uint64_t processes = 0;
  uint32_t cpuMillicores = 0;

  bool operator==(const UsageLimits&) const = default;
};

struct Usage {
  uint64_t cpuMicros = 0;
  uint64_t peakMemoryBytes = 0;
  uint64_t peakProcesses = 0;
  uint64_t oomKills = 0;        // Processes killed because the memory limit was reached.
  uint64_t processDenials = 0;  // Forks refused because of the process limit.
  uint64_t heldBytes = 0;       // Memory now, where it is only measured.
  // Where it is only measured: of the job's directories.
  uint64_t workspaceBytes = 0;
  uint64_t workspaceInodes = 0;
  bool hidden = false;  // Something of the job's could not be looked into.
};

// Owns what it counts by; the destructor removes that, which needs every process to be gone.
class UsageMeter {
 public:
  virtual ~UsageMeter() noexcept(false) = default;

  // Borrowed descriptors, for a process that puts itself under the meter by writing "0" to each.
  // Empty where that takes nothing of it.
  virtual std::vector<int> joinFds() const = 0;
  // Those descriptors are not needed any more.
  virtual void closeJoinFds() = 0;
  // Likewise for a process that comes later, and of the caller's own.
  virtual std::vector<OwnedFd> openJoinFds() const { return {}; }
  // A worker has parked inside: what it uses by now is its zygote's and not a job's.
  void noteParked() {
    noteInherited();
    cpuMicrosParked_ = cpuMicros();
  }
  // It has been kept warm since, which is no job's either; noted only where that is cheap.
  virtual void noteRoused() { noteParked(); }
  // The CPU time that had been used by then, the last time.
  uint64_t cpuMicrosParked() const { return cpuMicrosParked_; }
  // The worker has ended, and its parent was told of so much CPU time.
  virtual void noteExit(uint64_t /*cpuMicros*/) {}

  // Makes it as new for another sandbox with these limits, once all processes and mounts of the
  // last one are gone. False if something of that one cannot be forgotten, or is still there: then
  // it has to be removed.
  virtual bool renew(const UsageLimits&) { return false; }

  // Before it is removed, once all processes and mounts are gone: takes back what the kernel still
  // charges to it, files that it was the first to read. Each such page would keep the kernel's own
  // part of the group for as long as it is cached. Takes a millisecond, and waits for all CPUs.
  virtual void giveBackMemory() {}
  // Whether there is anything to remove; that can be left to another thread.
  virtual bool needsRemoval() const { return true; }

  // Throws if the kernel refuses (memory: below what is already in use).
  virtual void setLimits(const UsageLimits& limits) = 0;
  virtual Usage usage() const = 0;
  // Like usage(), for a job that ended normally: reads the OOM and denied-fork counters only if
  // they can have changed.
  virtual Usage usageWhenDone() const { return usage(); }
  // Whether limits are held by looks alone: then whoever runs the job has to look, and to end it.
  // The rest tells what the last look saw.
  virtual bool needsLooks() const { return false; }
  // Looks again, off this thread; resolves with the CPU time in microseconds that this took. The
  // last look at a job that has ended goes before others', and sees all of its directories.
  enum class Look { again, last };
  virtual kj::Promise<uint64_t> look(Look) { return uint64_t{0}; }
  // Tells the meter which sandbox to watch: the PID namespace of this init. Call before
  // setLimits().
  virtual void watch(pid_t) {}
  // Or of all that come from this keeper, and of what is in their directories (borrowed).
  virtual void watchTree(pid_t, int /*workspaceFd*/, int /*temporaryFd*/) {}
  // And of all that come from another keeper.
  virtual void watchTreeToo(pid_t) {}
  // How many tasks our user has, where jobs are counted with us; a moment ago.
  virtual uint64_t tasksOfUser() { return 0; }
  // The memory that its processes hold now, as far as it is counted.
  virtual uint64_t memoryBytes() const { return usage().heldBytes; }
  // The memory that each of their sockets may hold besides, which counts against the limit.
  virtual uint64_t bytesBesidesOfSocket() const { return 0; }
  // The memory that each of their sockets can hold at most; 0 where that is counted.
  virtual uint64_t mostBytesOfSocket() const { return kMostBytesOfSocket; }
  // Only the clock, for the CPU limit's checks while the job runs.
  virtual uint64_t cpuMicros() const = 0;

  // Borrowed; readable once the memory limit has been reached and the kernel kills some process of
  // the group, which is then ours to end as a whole. -1 where the kernel ends all of it by itself.
  virtual int outOfMemoryFd() const { return -1; }
  // What it has announced is known: it becomes readable when the limit is reached again.
  virtual void forgetOutOfMemory() {}

 private:
  // All that is used now was used before any job.
  virtual void noteInherited() {}

  uint64_t cpuMicrosParked_ = 0;
};

}  // namespace brood::supervisor
