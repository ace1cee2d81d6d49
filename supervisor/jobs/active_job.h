#pragma once
// One job from admission to the end of its sandbox: the worker it runs on, and what is known of it.

#include <kj/async.h>

#include <optional>
#include <string>

#include "supervisor/egress/egress_report.h"
#include "supervisor/jobs/admitted_job.h"
#include "supervisor/jobs/compile_outcome.h"
#include "supervisor/jobs/job_run.h"
#include "supervisor/jobs/verdict.h"
#include "supervisor/pools/warm_pool.h"

namespace brood::supervisor {

struct PhaseTimings {
  uint64_t queueMicros = 0;
  uint64_t acquireMicros = 0;
  uint64_t runMicros = 0;
  uint64_t totalMicros = 0;
};

struct ActiveJob {
  std::string id;
  AdmittedJob job;
  kj::Maybe<CompileOutcome> compile;  // Compiled languages only. Keeps the program.
  kj::Maybe<rpc::OutputSink::Client> sink;
  kj::TimePoint receivedAt = kj::origin<kj::TimePoint>();
  kj::TimePoint readyAt = kj::origin<kj::TimePoint>();  // Admitted, and compiled if need be.
  kj::Own<void> permit;
  kj::Maybe<Lease> lease;
  kj::Maybe<kj::Own<JobRun>> run;  // Is destroyed before the worker it borrows.
  JobFacts facts;
  Verdict verdict;
  std::optional<EgressReport> egress;  // Only a job with network has one.
  PhaseTimings timings;
  uint32_t attempts = 0;
  uint64_t acquireTimeoutMs = 0;  // For a worker, once admitted.
};

}  // namespace brood::supervisor
