#pragma once
// Wakes the worker that the next job is likely to get, every few milliseconds for a moment after a
// job (WarmKeeper).

#include <kj/timer.h>

#include <memory>

#include "supervisor/jobs/admitted_job.h"
#include "supervisor/jobs/running_jobs.h"
#include "supervisor/pools/warm_keeper.h"

namespace brood::supervisor {

class Rouser {
 public:
  // `running` is borrowed.
  Rouser(kj::Timer& timer, const RunningJobs& running, bool keepsWarm);
  KJ_DISALLOW_COPY(Rouser);

  // The job has been given a parked worker.
  void noteHotStart(const AdmittedJob& job);
  // The job's reply has been written.
  void noteAnswered(const AdmittedJob& job);

 private:
  // The last hot job's pool, if its worker was a fork and nothing is going on; else nullptr.
  WarmPool* poolAtRest() const;

  const RunningJobs& running_;
  const bool keepsWarm_;
  std::weak_ptr<Profile> lastProfile_;  // The last hot job's, if its worker was a fork.
  WarmPool* lastPool_ = nullptr;        // That profile's, as long as it lives.
  WarmKeeper warmKeeper_;
};

}  // namespace brood::supervisor
