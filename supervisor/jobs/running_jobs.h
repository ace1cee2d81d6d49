#pragma once
// The jobs that run right now, and what may end them from outside: a system call that the kernel
// reports, the host's memory, its file locks, and the supervisor's own end.

#include <kj/async.h>
#include <kj/timer.h>

#include <functional>
#include <list>
#include <vector>

#include "supervisor/jobs/job_run.h"
#include "supervisor/sandboxes/worker_handle.h"
#include "supervisor/usage/host_memory.h"
#include "supervisor/usage/lock_watch.h"
#include "supervisor/zygotes/denied_calls.h"

namespace brood::supervisor {

class RunningJobs {
 public:
  // The timer is borrowed. Jobs are ended when the host has less memory available than the reserve;
  // 0: never.
  RunningJobs(kj::Timer& timer, uint64_t memoryReserveBytes);
  KJ_DISALLOW_COPY(RunningJobs);

  // Adds a job until the result is dropped; both arguments are borrowed until then. `isOurs`: it is
  // not a client's, and keeps its memory.
  kj::Own<void> add(WorkerHandle& worker, JobRun& run, bool isOurs);
  bool empty() const { return jobs_.empty(); }
  // Others that hold memory like jobs, and may be ended like them: who they are, and whether there
  // are any.
  struct Holders {
    std::function<std::vector<HostMemoryGuard::Job>()> list = []() {
      return std::vector<HostMemoryGuard::Job>();
    };
    std::function<bool()> areThere = []() { return false; };
  };
  void addHolders(Holders holders) { holders_ = std::move(holders); }
  // There is one more of them.
  void noteHolder() { hostMemory_.noteJob(); }

  // False if no running job has such a process.
  bool noteDeniedCall(const DeniedCall& call);
  void killAll();

  const HostMemoryGuard& hostMemory() const { return hostMemory_; }

 private:
  struct Job {
    WorkerHandle& worker;
    JobRun& run;
    bool isOurs;
  };
  class Entry;

  std::vector<HostMemoryGuard::Job> listByMemory();
  std::vector<LockWatch::Job> listByLocks();

  std::list<Job> jobs_;
  Holders holders_;
  HostMemoryGuard hostMemory_;
  LockWatch lockWatch_;
};

}  // namespace brood::supervisor
