#pragma once
// Tries the sandboxes with a hostile guest of our own: every act of base/policy/canary_acts.h,
// every limit.

#include <kj/async.h>

#include <optional>
#include <string>

#include "config/config.h"
#include "supervisor/egress/egress_access.h"
#include "supervisor/isolation/canary_report.h"
#include "supervisor/jobs/own_jobs.h"

namespace brood::supervisor {

// One after the other, so that the hourly run takes no more than one sandbox from the jobs.
class Canary {
 public:
  // All borrowed. `measuresWorkspace`: whether no file system of its own holds a workspace to its
  // size.
  Canary(OwnJobs& jobs, bool measuresWorkspace, const EgressAccess& access, const Config& config);
  KJ_DISALLOW_COPY(Canary);

  // Its jobs go the way of all jobs, but past the queue. `claimed`: the layers that every sandbox
  // is thought to have. Rejects when the canary cannot be run, which says nothing of the sandboxes.
  kj::Promise<CanaryReport> run(LayerSet claimed);

 private:
  struct Trial;

  kj::Promise<void> runActs(Trial& trial);
  kj::Promise<void> runOverruns(Trial& trial, size_t next);
  // Where jobs may have network.
  kj::Promise<void> runEgress(Trial& trial);
  kj::Promise<FinishedJob> runGuest(Trial& trial, std::vector<std::string> args,
                                    const JobLimits& limits, uint32_t cpuMillicores,
                                    std::optional<JobNetwork> network = {});
  void compareIds(Trial& trial, FinishedJob& job) const;
  JobLimits baseLimits(size_t guestBytes) const;

  OwnJobs& jobs_;
  const EgressAccess& access_;
  const Config& config_;
  const bool measuresWorkspace_;  // Instead of giving it a size.
};

}  // namespace brood::supervisor
