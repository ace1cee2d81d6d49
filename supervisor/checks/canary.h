#pragma once
// Tries the sandboxes with a hostile guest of our own: every act of rpc/canary_acts.h, every limit.

#include <kj/async.h>

#include <string>

#include "config/config.h"
#include "supervisor/canary_report.h"
#include "supervisor/dispatcher.h"

namespace brood {

// One after the other, so that the hourly run takes no more than one sandbox from the jobs.
class Canary {
 public:
  Canary(Dispatcher& dispatcher, Tier tier, const Config& config);
  KJ_DISALLOW_COPY(Canary);

  // Its jobs go the way of all jobs, but past the queue. `claimed`: the layers that every sandbox
  // is thought to have. Rejects when the canary cannot be run, which says nothing of the sandboxes.
  kj::Promise<CanaryReport> run(LayerSet claimed);

 private:
  struct Trial;

  kj::Promise<void> runActs(Trial& trial);
  kj::Promise<void> runOverruns(Trial& trial, size_t next);
  kj::Promise<kj::Own<ActiveJob>> runGuest(Trial& trial, const std::vector<std::string>& args,
                                           const JobLimits& limits, uint32_t cpuMillicores);
  void compareIds(Trial& trial, ActiveJob& job) const;
  JobLimits baseLimits(size_t guestBytes) const;

  Dispatcher& dispatcher_;
  const Config& config_;
  const bool measuresWorkspace_;  // Instead of giving it a size.
};

}  // namespace brood
