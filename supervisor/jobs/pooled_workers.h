#pragma once
// Workers for jobs, out of the pools of their profiles or started by the slot builder.

#include "supervisor/jobs/worker_source.h"
#include "supervisor/sandboxes/worker_starter.h"

namespace brood::supervisor {

class PooledWorkers final : public WorkerSource {
 public:
  // All borrowed.
  PooledWorkers(Launchers launchers, ForkSource& slotBuilder)
      : launchers_(launchers), slotBuilder_(slotBuilder) {}
  KJ_DISALLOW_COPY(PooledWorkers);

  kj::Maybe<Lease> takeParked(const AdmittedJob& job) override;
  kj::Promise<Lease> obtain(const AdmittedJob& job) override;

 private:
  // Counted by the pool, if there is one, that had no worker to give.
  kj::Promise<Lease> startCold(const AdmittedJob& job);

  const Launchers launchers_;
  ForkSource& slotBuilder_;
};

}  // namespace brood::supervisor
