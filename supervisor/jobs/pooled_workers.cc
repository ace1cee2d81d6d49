#include "supervisor/jobs/pooled_workers.h"

namespace brood::supervisor {
namespace {

Lease unpooled(kj::Own<WorkerHandle> worker, rpc::StartKind start) {
  return Lease{kj::Own<void>(), kj::mv(worker), start};
}

}  // namespace

kj::Maybe<Lease> PooledWorkers::takeParked(const AdmittedJob& job) {
  if (job.pool == nullptr || job.startPolicy != rpc::StartPolicy::BEST) return nullptr;
  return job.pool->acquireNow(job.program.content);
}

kj::Promise<Lease> PooledWorkers::obtain(const AdmittedJob& job) {
  if (job.startPolicy == rpc::StartPolicy::COLD) return startCold(job);
  if (job.pool == nullptr) {
    return launchers_.of(job.network.has_value())
        .launch(slotBuilder_)
        .then([](kj::Own<WorkerHandle> worker) {
          return unpooled(kj::mv(worker), rpc::StartKind::WARM);
        });
  }
  WarmPool& pool = *job.pool;
  const bool zygoteReady =
      job.profile == nullptr ? slotBuilder_.ready() : job.profile->zygote->ready();
  if (job.startPolicy == rpc::StartPolicy::WARM && zygoteReady) return pool.forkNow();
  // Only a zygote's worker can show rich results: such a job waits for the next one.
  const bool needsZygote = job.profile != nullptr && job.wantsResults;
  if (zygoteReady || pool.idle() > 0 || needsZygote) return pool.acquire(job.program.content);
  return startCold(job);
}

kj::Promise<Lease> PooledWorkers::startCold(const AdmittedJob& job) {
  // The pool lives as long as the job, which whoever waits for this has.
  return launchers_.of(job.network.has_value())
      .launchCold(slotBuilder_)
      .then([pool = job.pool](kj::Own<WorkerHandle> worker) {
        if (pool != nullptr) pool->noteColdStart();
        return unpooled(kj::mv(worker), rpc::StartKind::COLD);
      });
}

}  // namespace brood::supervisor
