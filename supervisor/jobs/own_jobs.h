#pragma once
// Runs the supervisor's own jobs: compilers, canaries, and programs that say their version.

#include <kj/async.h>

#include "supervisor/jobs/finished_job.h"

namespace brood::supervisor {

class OwnJobs {
 public:
  // The job waits in no queue. What it borrows must outlive the promise; dropping the promise ends
  // the job.
  virtual kj::Promise<JobReply> runOwn(AdmittedJob job) = 0;

 protected:
  ~OwnJobs() = default;
};

}  // namespace brood::supervisor
