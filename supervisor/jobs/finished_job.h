#pragma once
// A job that has ended, in the hands of the caller who answers for it. It still has its sandbox, so
// that the reply can be written from what lies there. Dropping it starts the sandbox's teardown.

#include <kj/memory.h>
#include <kj/one-of.h>

#include "supervisor/base/rejection.h"
#include "supervisor/jobs/active_job.h"

namespace brood::supervisor {

// Takes jobs whose reply is written, and tears their sandboxes down.
class JobDismissal {
 public:
  virtual void dismiss(kj::Own<ActiveJob> answered) = 0;

 protected:
  ~JobDismissal() = default;
};

class FinishedJob {
 public:
  // `dismissal` is borrowed. Releases what the caller has lent to the job.
  FinishedJob(JobDismissal& dismissal, kj::Own<ActiveJob> job)
      : dismissal_(&dismissal), job_(kj::mv(job)) {
    job_->job.releaseInput();
  }
  ~FinishedJob() noexcept(false) {
    if (job_.get() != nullptr) dismissal_->dismiss(kj::mv(job_));
  }
  FinishedJob(FinishedJob&&) = default;
  KJ_DISALLOW_COPY(FinishedJob);

  const ActiveJob& operator*() const { return *job_; }
  const ActiveJob* operator->() const { return job_.get(); }
  // The worker that has run it; null if its source did not compile.
  kj::Maybe<WorkerHandle&> worker() {
    KJ_IF_MAYBE (lease, job_->lease) return *lease->worker;
    return nullptr;
  }

 private:
  JobDismissal* dismissal_;
  kj::Own<ActiveJob> job_;
};

// A job's end, or why it has not been run.
using JobReply = kj::OneOf<FinishedJob, RejectionInfo>;

}  // namespace brood::supervisor
