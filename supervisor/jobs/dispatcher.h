#pragma once
// From a job to its reply: admission, a worker, the run, the verdict.

#include <kj/async.h>
#include <kj/timer.h>

#include <memory>
#include <string>

#include "supervisor/base/job_ids.h"
#include "supervisor/egress/egress_access.h"
#include "supervisor/jobs/active_job.h"
#include "supervisor/jobs/admission.h"
#include "supervisor/jobs/finished_job.h"
#include "supervisor/jobs/own_jobs.h"
#include "supervisor/jobs/rouser.h"
#include "supervisor/jobs/running_jobs.h"
#include "supervisor/jobs/worker_source.h"
#include "supervisor/languages/toolchains.h"
#include "supervisor/pools/profiles.h"

namespace brood::supervisor {

class BuildCache;
class Compiler;

class Dispatcher final : public OwnJobs, private JobDismissal {
 public:
  // All borrowed.
  Dispatcher(kj::Timer& timer, Profiles& profiles, const Toolchains& toolchains,
             WorkerSource& workers, RunningJobs& running, const EgressAccess& egress,
             const Config& config);
  ~Dispatcher() noexcept(false);
  KJ_DISALLOW_COPY(Dispatcher);

  // Dropping the promise cancels the job: its sandbox is killed. The message of `request` must stay
  // until the promise has resolved or is dropped.
  kj::Promise<JobReply> run(rpc::Job::Reader request, kj::Maybe<rpc::OutputSink::Client> sink);
  kj::Promise<JobReply> runOwn(AdmittedJob job) override;

  // From now on jobs are refused for this reason; an empty one takes them again.
  void refuseJobs(std::string reason) { refusalReason_ = std::move(reason); }
  const std::string& refusalReason() const { return refusalReason_; }

  // No new jobs; resolves when those that wait or run are done and their teardown has begun.
  kj::Promise<void> drain();
  // Jobs that wait for a place are refused.
  void refuseWaiting() { admission_.refuseWaiting(); }

  const BuildCache& buildCache() const;
  const Admission& admission() const { return admission_; }
  uint64_t jobsTotal() const { return jobsTotal_; }

 private:
  kj::Promise<JobReply> onAdmitted(kj::Own<ActiveJob> active, Admission::Entry entry);
  kj::Promise<JobReply> compileFirst(kj::Own<ActiveJob> active);
  kj::Promise<JobReply> assignWorker(kj::Own<ActiveJob> active);
  kj::Promise<JobReply> waitForWorker(kj::Own<ActiveJob> active);
  kj::Promise<JobReply> runWith(kj::Own<ActiveJob> active, Lease lease);
  using Outcome = kj::OneOf<JobFacts, NotStarted>;
  // Gives the job to its worker; resolves when it has ended.
  kj::Promise<Outcome> handOver(ActiveJob& active);
  // With its network open for as long as it runs.
  kj::Promise<Outcome> handOverWithNetwork(ActiveJob& active, const JobNetwork& network);
  // With another worker, a bounded number of times.
  kj::Promise<JobReply> tryAgain(kj::Own<ActiveJob> active, const NotStarted& notStarted);
  // The job has its verdict.
  JobReply finish(kj::Own<ActiveJob> active);
  // Starts teardown, and the refilling of the pool, when the reply has had time to leave.
  void dismiss(kj::Own<ActiveJob> answered) override;

  kj::Timer& timer_;
  Profiles& profiles_;
  const Toolchains& toolchains_;
  WorkerSource& workers_;
  RunningJobs& running_;
  const EgressAccess& egress_;
  const Config& config_;
  kj::Own<Compiler> compiler_;
  Admission admission_;
  JobIds jobIds_;
  uint64_t jobsTotal_ = 0;
  std::string refusalReason_;
  Rouser rouser_;
  kj::Own<kj::TaskSet::ErrorHandler> errorHandler_;
  kj::TaskSet dismissed_;
};

}  // namespace brood::supervisor
