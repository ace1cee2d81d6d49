#pragma once
// Starts workers: each is forked into a sandbox and locks itself down there.

#include <kj/async.h>

#include <algorithm>

#include "config/config.h"
#include "supervisor/base/metrics.h"
#include "supervisor/sandboxes/slot_pool.h"
#include "supervisor/sandboxes/worker_handle.h"
#include "supervisor/zygotes/fork_source.h"

namespace brood::supervisor {

class WorkerLauncher {
 public:
  // Resolves with a worker of the zygote that has parked in a spare sandbox, or in the next one
  // built. Rejects with the name of the layer that failed.
  virtual kj::Promise<kj::Own<WorkerHandle>> launch(ForkSource& zygote) = 0;
  // Does so in a sandbox that is built now, for this worker.
  virtual kj::Promise<kj::Own<WorkerHandle>> launchCold(ForkSource& zygote) = 0;

 protected:
  ~WorkerLauncher() = default;
};

// Starts further workers in a sandbox that has one.
class GuestLauncher {
 public:
  // As WorkerLauncher::launch, in the sandbox of `borrowed`, which the worker's handle gives back.
  virtual kj::Promise<kj::Own<WorkerHandle>> launchGuest(ForkSource& zygote,
                                                         SlotLease borrowed) = 0;

 protected:
  ~GuestLauncher() = default;
};

class WorkerStarter final : public WorkerLauncher, public GuestLauncher {
 public:
  // All borrowed. `limits` are the hard rlimits while parked. `proven` are the layers that every
  // worker must have: the level never drops while we run. `mostCpuMs`: of a worker that is kept.
  WorkerStarter(UvEventPort& port, SlotPool& slots, const LimitsConfig& limits,
                const LayerSet& proven, Metrics& metrics, uint64_t mostCpuMs = 0)
      : port_(port),
        slots_(slots),
        limits_(limits),
        proven_(proven),
        metrics_(metrics),
        mostCpuMs_(std::max(mostCpuMs, limits.cpuTimeMs.maximum)) {}
  KJ_DISALLOW_COPY(WorkerStarter);

  kj::Promise<kj::Own<WorkerHandle>> launch(ForkSource& zygote) override;
  kj::Promise<kj::Own<WorkerHandle>> launchCold(ForkSource& zygote) override;
  kj::Promise<kj::Own<WorkerHandle>> launchGuest(ForkSource& zygote, SlotLease borrowed) override;

 private:
  class Start;

  kj::Promise<kj::Own<WorkerHandle>> launchIn(kj::Promise<SlotLease> slot, ForkSource& zygote);

  UvEventPort& port_;
  SlotPool& slots_;
  const LimitsConfig& limits_;
  const LayerSet& proven_;
  Metrics& metrics_;
  const uint64_t mostCpuMs_;
};

}  // namespace brood::supervisor
