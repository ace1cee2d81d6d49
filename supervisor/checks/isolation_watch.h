#pragma once
// Keeps the isolation report true: from what the layers say of themselves, and from what a canary
// could do all the same, at the start and once an hour.

#include <kj/async.h>
#include <kj/timer.h>

#include <string>

#include "host/tier.h"
#include "supervisor/checks/canary.h"
#include "supervisor/isolation/shared_host.h"
#include "supervisor/jobs/dispatcher.h"

namespace brood::supervisor {

class IsolationWatch {
 public:
  // All borrowed. `report` is what everything that speaks of isolation reads.
  IsolationWatch(kj::Timer& timer, Dispatcher& dispatcher, Tier tier, const SharedHost& sharedHost,
                 const EgressAccess& access, const Config& config, IsolationReport& report);
  KJ_DISALLOW_COPY(IsolationWatch);

  // The first trial, of sandboxes that have `applied`. Rejects, naming layer and fix, when less is
  // left of it than is required.
  kj::Promise<void> prove(AppliedLayers applied);
  // The next trials, in the background. Where one leaves less than was promised at the start, jobs
  // are refused until a later one finds it again.
  void keepProving();
  void stop() { proving_ = nullptr; }

  // Complete trials so far.
  uint64_t runs() const { return runs_; }
  // For status().
  void fill(rpc::Canary::Builder out) const;

 private:
  kj::Promise<void> proveForEver();
  void judgeAgain();
  // Returns the layers that were applied at the start and that the latest trial has left.
  IsolationReport describe() const;

  kj::Timer& timer_;
  Dispatcher& dispatcher_;
  const Tier tier_;
  const Config& config_;
  IsolationReport& report_;
  Canary canary_;
  AppliedLayers applied_;
  std::string promisedLevel_;
  CanaryReport last_;
  uint64_t runs_ = 0;
  kj::TimePoint lastRunAt_ = kj::origin<kj::TimePoint>();
  std::string error_;
  kj::Promise<void> proving_ = nullptr;
};

}  // namespace brood::supervisor
