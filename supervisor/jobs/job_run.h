#pragma once
// One job on one worker: hand it over, watch the clocks and the output, establish the facts.

#include <kj/async.h>
#include <kj/timer.h>

#include <optional>

#include "supervisor/files/file_collector.h"
#include "supervisor/files/output_collector.h"
#include "supervisor/jobs/admitted_job.h"
#include "supervisor/jobs/verdict.h"
#include "supervisor/sandboxes/worker_handle.h"

namespace brood::supervisor {

// The worker died before it could read the job, which therefore has not run at all.
struct NotStarted {
  std::string reason;
};

class JobRun {
 public:
  // All borrowed, for the life of this object. `clock` is read when asked, where the timer stands
  // still during a turn of the loop. `cpuMillicores` is the cgroup's quota: it says how
  // soon a CPU limit can be reached at the earliest. 0: no quota, the host's cores.
  JobRun(kj::Timer& timer, const kj::MonotonicClock& clock, WorkerHandle& worker,
         const AdmittedJob& job, uint32_t cpuMillicores, const Config& config,
         kj::Maybe<rpc::OutputSink::Client&> sink);
  KJ_DISALLOW_COPY(JobRun);

  // Runs to the end. Resolves with the facts once all output has been taken; the slot's processes
  // may still be dying then.
  kj::Promise<kj::OneOf<JobFacts, NotStarted>> run();

  // Ends it now, if it runs and nothing else has ended it: then true.
  bool end(EndCause cause);
  // One of its processes has made a system call that ends the job. The first such call counts.
  void noteDeniedCall(const std::string& name);
  // Its own, so far.
  uint64_t cpuMicrosUsed() const { return watch_->cpuMicrosUsed(); }

  const OutputCollector& stdoutCollector() const { return stdout_; }
  const OutputCollector& stderrCollector() const { return stderr_; }
  // But for those that went to the sink.
  const std::vector<RichResult>& results() const { return worker_.channel().frames().results(); }
  bool resultsTruncated() const { return worker_.channel().frames().resultsTruncated(); }
  // Null where nothing was to be collected, or the job did not start.
  const FileCollector* fileCollector() const { return fileCollector_ ? &*fileCollector_ : nullptr; }

 private:
  Sandbox& sandbox() const { return worker_.sandbox(); }
  WorkerChannel& channel() const { return worker_.channel(); }
  bool isDoneAlready();
  // Returns true if `frame` is "done".
  bool noteDone(const WorkerFrame& frame);
  kj::Promise<EndCause> waitForEnd();
  // Resolves when anything but the job's own word ends it.
  kj::Promise<EndCause> whenEndedOtherwise();
  kj::Promise<EndCause> whenDone();
  kj::Promise<void> passOnResult();
  kj::Promise<EndCause> whenExited();
  kj::Promise<EndCause> whenTimedOut();
  kj::Promise<kj::OneOf<JobFacts, NotStarted>> conclude(EndCause cause);
  kj::Promise<kj::OneOf<JobFacts, NotStarted>> concludeWith(EndCause cause, bool atOnce);
  bool endsAtOnce(EndCause cause) const;
  void takeLastResults();
  kj::Promise<void> collectFiles();
  void noteOutput();

  kj::Timer& timer_;
  const kj::MonotonicClock& clock_;
  WorkerHandle& worker_;
  const AdmittedJob& job_;
  uint32_t cpuMillicores_;
  OutputCollector stdout_, stderr_;
  const Config& config_;
  std::optional<FileCollector> fileCollector_;
  kj::Maybe<rpc::OutputSink::Client&> sink_;
  const bool follows_;  // Output is sent on while the job runs.
  JobFacts facts_;
  bool isOutOfStep_ = false;  // Its first frame was none that says "done".
  kj::TimePoint startedAt_;
  kj::Own<UsageWatch> watch_;
  kj::Promise<void> feeding_ = nullptr;
  kj::Own<kj::PromiseFulfiller<EndCause>> otherEnd_;
  kj::Promise<void> watching_ = nullptr, lettingGo_ = nullptr;
};

}  // namespace brood::supervisor
