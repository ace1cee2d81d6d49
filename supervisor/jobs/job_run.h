#pragma once
// One job on one worker: hand it over, watch the clocks and the output, establish the facts.

#include <kj/async.h>
#include <kj/timer.h>

#include <optional>

#include "supervisor/file_collector.h"
#include "supervisor/job_request.h"
#include "supervisor/output_collector.h"
#include "supervisor/verdict.h"
#include "supervisor/worker_handle.h"

namespace brood {

// The worker died before it could read the job, which therefore has not run at all.
struct NotStarted {
  std::string reason;
};

class JobRun {
 public:
  // All borrowed, for the life of this object. `cpuMillicores` is the cgroup's quota: it says how
  // soon a CPU limit can be reached at the earliest. 0: no quota, the host's cores.
  JobRun(kj::Timer& timer, WorkerHandle& worker, const JobRequest& request,
         uint32_t cpuMillicores, const Config& config,
         kj::Maybe<rpc::OutputSink::Client&> sink);
  KJ_DISALLOW_COPY(JobRun);

  // Runs to the end. Resolves with the facts once all output has been taken; the slot's processes
  // may still be dying then.
  kj::Promise<kj::OneOf<JobFacts, NotStarted>> run();

  const OutputCollector& stdoutCollector() const { return stdout_; }
  const OutputCollector& stderrCollector() const { return stderr_; }
  const std::vector<RichResult>& results() const { return worker_.frames().results(); }
  bool resultsTruncated() const { return worker_.frames().resultsTruncated(); }
  // Null where nothing was to be collected, or the job did not start.
  const FileCollector* fileCollector() const { return fileCollector_ ? &*fileCollector_ : nullptr; }

 private:
  bool isDoneAlready();
  // True if it says so.
  bool noteDone(const WorkerFrame& frame);
  uint64_t cpuMicrosBefore(uint64_t now) const;
  void noteCpuBefore();
  kj::Promise<EndCause> waitForEnd();
  // Whatever ends a job but its own word.
  kj::Promise<EndCause> whenEndedOtherwise();
  kj::Promise<EndCause> whenDone();
  kj::Promise<EndCause> whenExited();
  kj::Promise<EndCause> whenTimedOut();
  // After the job has used so much.
  kj::Promise<EndCause> whenCpuSpent(uint64_t used);
  kj::Promise<EndCause> whenOutOfMemory();
  // Where there are no cgroups: whatever they would have stopped.
  kj::Promise<EndCause> whenSampledOver();
  kj::Promise<EndCause> whenCallDenied();
  kj::Promise<kj::OneOf<JobFacts, NotStarted>> conclude(EndCause cause);
  bool endsAtOnce(EndCause cause) const;
  void takeLastResults();
  kj::Promise<void> collectFiles();
  kj::Promise<void> goOnCollecting();
  kj::Maybe<EndCause> sampledOver() const;
  void noteOutput();
  uint64_t cpuMicrosUsed() const;

  kj::Timer& timer_;
  WorkerHandle& worker_;
  const JobRequest& request_;
  uint32_t cpuMillicores_;
  OutputCollector stdout_, stderr_;
  const Config& config_;
  std::optional<FileCollector> fileCollector_;
  const bool follows_;  // Output is sent on while the job runs.
  JobFacts facts_;
  std::optional<uint64_t> cpuMicrosBefore_;  // Unless the job was done before anybody looked.
  bool isOutOfStep_ = false;  // Its first frame was none that says "done".
  uint64_t cpuMicrosAtExit_ = 0;
  kj::TimePoint startedAt_;
  kj::Promise<void> feeding_ = nullptr;
  kj::Own<kj::PromiseFulfiller<EndCause>> otherEnd_;
  kj::Promise<void> watching_ = nullptr, lettingGo_ = nullptr;
};

}  // namespace brood
