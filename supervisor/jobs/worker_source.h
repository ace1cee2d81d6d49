#pragma once
// Finds workers for jobs.

#include <kj/async.h>

#include "supervisor/jobs/admitted_job.h"
#include "supervisor/pools/warm_pool.h"

namespace brood::supervisor {

class WorkerSource {
 public:
  virtual ~WorkerSource() noexcept(false) = default;

  // A parked worker (a hot start); null if none is there that this job may have.
  virtual kj::Maybe<Lease> takeParked(const AdmittedJob& job) = 0;
  // The next best: it may have to be forked (a warm start), or its sandbox to be built and an
  // interpreter executed in it (a cold one). `job` is borrowed until the promise resolves; dropping
  // that gives the worker up.
  virtual kj::Promise<Lease> obtain(const AdmittedJob& job) = 0;
};

}  // namespace brood::supervisor
