#pragma once
// From a job to its reply: admission, a worker, the run, the verdict.

#include <kj/async.h>
#include <kj/one-of.h>

#include <list>
#include <memory>
#include <string>

#include "supervisor/admission.h"
#include "supervisor/compile_outcome.h"
#include "supervisor/job_ids.h"
#include "supervisor/job_request.h"
#include "supervisor/job_run.h"
#include "supervisor/profiles.h"
#include "supervisor/slot_pool.h"
#include "supervisor/warm_keeper.h"

namespace brood {

class Compiler;

struct PhaseTimings {
  uint64_t queueMicros = 0;
  uint64_t acquireMicros = 0;
  uint64_t runMicros = 0;
  uint64_t totalMicros = 0;
};

// One job from admission to reply. Owns the worker it runs on.
struct ActiveJob {
  std::string id;
  JobRequest request;
  kj::Maybe<CompileOutcome> compile;  // Of a compiled language. Keeps the program.
  kj::Maybe<rpc::OutputSink::Client> sink;
  kj::TimePoint receivedAt = kj::origin<kj::TimePoint>();
  kj::TimePoint readyAt = kj::origin<kj::TimePoint>();  // Admitted, and compiled if need be.
  kj::Own<void> permit;
  kj::Maybe<Lease> lease;
  // Goes before the worker it borrows.
  kj::Maybe<kj::Own<JobRun>> run;
  JobFacts facts;
  Verdict verdict;
  PhaseTimings timings;
  uint32_t attempts = 0;
  uint64_t acquireTimeoutMs = 0;  // For a worker, once admitted.
};

using JobReply = kj::OneOf<kj::Own<ActiveJob>, RejectionInfo>;

class Dispatcher {
 public:
  // All borrowed.
  Dispatcher(UvEventPort& port, Profiles& profiles, const Toolchains& toolchains,
             SlotPool& slots, ZygoteHost& slotBuilder, WorkerStarter starter,
             const Config& config);
  ~Dispatcher() noexcept(false);
  KJ_DISALLOW_COPY(Dispatcher);

  // Dropping the promise cancels the job: its sandbox is killed. The reply still owns the worker:
  // hand it to letGo() once it has been written.
  kj::Promise<JobReply> run(rpc::Job::Reader job, kj::Maybe<rpc::OutputSink::Client> sink);
  // A job of the supervisor's own, which waits in no queue. What `request` borrows must outlive the
  // promise.
  kj::Promise<JobReply> runOwn(JobRequest request);
  // A request is being read, likely a job like the last one. Where nothing else is going on, the
  // worker that will have it wakes up meanwhile, on another CPU.
  void expectJob();
  // Starts teardown, and the refilling of the pool, when the reply has had time to leave.
  void letGo(kj::Own<ActiveJob> answered);

  // From now on jobs are refused for this reason; an empty one takes them again.
  void refuseJobs(std::string reason) { refusalReason_ = std::move(reason); }
  const std::string& refusalReason() const { return refusalReason_; }

  // No new jobs; resolves when the running ones are done and let go.
  kj::Promise<void> drain();
  void killRunning();
  // False if no running job has such a process.
  bool noteDeniedCall(const DeniedCall& call);

  const BuildCache& buildCache() const;
  const Admission& admission() const { return admission_; }
  uint64_t jobsTotal() const { return jobsTotal_; }

 private:
  kj::Promise<JobReply> goOn(kj::Own<ActiveJob> active, Admission::Entry entry);
  kj::Promise<JobReply> compileAndStart(kj::Own<ActiveJob> active);
  kj::Promise<JobReply> start(kj::Own<ActiveJob> active);
  kj::Promise<JobReply> runOn(kj::Own<ActiveJob> active, Lease lease);
  kj::Promise<JobReply> acquireAndRun(kj::Own<ActiveJob> active);
  kj::Promise<Lease> acquire(const JobRequest& request);
  kj::Promise<Lease> startCold(kj::Promise<kj::Own<Slot>> slot, rpc::StartKind start);
  kj::Promise<kj::OneOf<JobFacts, NotStarted>> beginRun(ActiveJob& active);
  // Of the last job, if that was a fork's and nothing is going on; else nullptr.
  WarmPool* poolAtRest() const;
  // With another worker, a bounded number of times.
  kj::Promise<JobReply> tryAgain(kj::Own<ActiveJob> active, const NotStarted& notStarted);

  UvEventPort& port_;
  Profiles& profiles_;
  const Toolchains& toolchains_;
  SlotPool& slots_;
  ZygoteHost& slotBuilder_;
  WorkerStarter starter_;
  const Config& config_;
  kj::Own<Compiler> compiler_;
  Admission admission_;
  JobIds jobIds_;
  uint64_t jobsTotal_ = 0;
  std::string refusalReason_;
  std::list<WorkerHandle*> running_;
  std::weak_ptr<Profile> lastProfile_;  // Of a job whose worker was a fork.
  WarmKeeper warmKeeper_;
  kj::Own<kj::TaskSet::ErrorHandler> errorHandler_;
  kj::TaskSet lettingGo_;
};

}  // namespace brood
