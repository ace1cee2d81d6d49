#pragma once
// One parked (or starting) worker as the supervisor holds it: its sandbox, its channel, its pipes.

#include <kj/async.h>

#include "rpc/loop/uv_event_port.h"
#include "supervisor/isolation/isolation.h"
#include "supervisor/processes/child_process.h"
#include "supervisor/sandboxes/slot_lease.h"
#include "supervisor/sandboxes/usage_watch.h"
#include "supervisor/sandboxes/worker_channel.h"
#include "supervisor/sandboxes/worker_pipes.h"

namespace brood::supervisor {

// Owns the lease of the worker's sandbox and our ends of its pipes. The destructor hands the
// sandbox, and the worker in it, to the background teardown, which kills.
class WorkerHandle {
 public:
  // `executesPrograms`: whether it becomes the program that a job's command names.
  WorkerHandle(UvEventPort& port, SlotLease lease, kj::Own<ChildProcess> process, WorkerEnds ends,
               bool executesPrograms);
  KJ_DISALLOW_COPY(WorkerHandle);

  Sandbox& sandbox() const { return *lease_; }
  WorkerChannel& channel() { return channel_; }
  WorkerPipes& pipes() { return pipes_; }

  bool executesPrograms() const { return executesPrograms_; }
  pid_t pid() const { return process_.pid(); }
  pid_t forkedBy() const { return process_.forkedBy(); }
  bool exited() const { return process_.exited() || sandbox().init().exited(); }
  // A job may be given to it.
  bool isUsable() const { return !exited() && !sandbox().isOutdated(); }
  kj::Promise<ProcessExit> onExit() { return process_.onExit(); }
  // The process that our zygote has forked; where it has a keeper, that.
  ChildProcess& process() const { return process_; }

  // Its sandbox is the caller's from here on, and outlives it. It is ended by that, or by hand.
  SlotLease passOnSandbox(SandboxOwner& host) { return lease_.passOn(host); }

  // The layers of its sandbox and its own; complete once the worker has parked.
  const AppliedLayers& layers() const { return layers_; }
  // Resolves when the worker has parked. Rejects with the step that failed.
  kj::Promise<void> whenParked();

  // Tells a parked worker that there is time to get ready for a larger job. Once.
  void prime() noexcept;
  // It has had that time, and what it took is no job's.
  void notePrimed();
  enum class Priming { none, underWay, done };
  Priming priming() const { return priming_; }

  // For a job with these limits, which are borrowed; see newUsageWatch().
  kj::Own<UsageWatch> watchUsage(kj::Timer& timer, const kj::MonotonicClock& clock,
                                 const JobLimits& limits, uint32_t cpuMillicores);

 private:
  UvEventPort& port_;
  AppliedLayers layers_;
  ChildProcess& process_;  // The sandbox has it.
  WorkerPipes pipes_;
  WorkerChannel channel_;
  const bool executesPrograms_;
  Priming priming_ = Priming::none;
  SlotLease lease_;  // Goes first: a worker is killed before its pipes close.
};

}  // namespace brood::supervisor
