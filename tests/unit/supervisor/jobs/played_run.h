#pragma once
// One job on a worker that the test plays.

#include <kj/timer.h>

#include <filesystem>

#include "supervisor/jobs/job_run.h"
#include "tests/unit/supervisor/sandboxes/played_worker.h"

namespace brood::supervisor {

inline AdmittedJob roomyJob() {
  AdmittedJob job;
  job.limits.wallTimeMs = job.limits.cpuTimeMs = 3'600'000;
  job.limits.memoryBytes = 1 << 30;
  job.limits.outputBytes = 1000;
  return job;
}

struct PlayedRun {
  explicit PlayedRun(UvAsyncIo& io, Players& stage, AdmittedJob asked = roomyJob())
      : PlayedRun(io, stage.newWorker(), kj::mv(asked)) {}
  PlayedRun(UvAsyncIo& io, PlayedWorker worker, AdmittedJob asked)
      : io(io), worker(kj::mv(worker)), job(kj::mv(asked)) {}

  using Outcome = kj::OneOf<JobFacts, NotStarted>;
  // The worker has got the job when this returns, and has not said anything.
  kj::Promise<Outcome> begin() {
    auto outcome = run.run();
    outcome.poll(io.waitScope());
    return outcome;
  }
  JobFacts facts(kj::Promise<Outcome> promise) {
    auto outcome = promise.wait(io.waitScope());
    KJ_REQUIRE(outcome.is<JobFacts>(), "the job has not started");
    return outcome.get<JobFacts>();
  }
  void turnClock(kj::Duration by) {
    clock.advanceTo(clock.now() + by);
    timer.advanceTo(timer.now() + by);
    io.waitScope().poll();
  }

  UvAsyncIo& io;
  kj::TimerImpl timer{kj::origin<kj::TimePoint>()};
  kj::TimerImpl clock{kj::origin<kj::TimePoint>()};  // The job is timed by it.
  Config config;
  PlayedWorker worker;
  AdmittedJob job;
  JobRun run{timer, clock, *worker.handle, job, 1000, config, nullptr};
};

}  // namespace brood::supervisor
