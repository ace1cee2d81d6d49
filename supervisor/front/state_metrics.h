#pragma once
// Reads the supervisor's state for Prometheus at the moment of a scrape.

#include <prometheus/metric_family.h>

#include <vector>

#include "supervisor/checks/isolation_watch.h"
#include "supervisor/isolation/isolation.h"
#include "supervisor/jobs/dispatcher.h"
#include "supervisor/sessions/sessions.h"

namespace brood::supervisor {

// All borrowed for the call.
struct ObservedState {
  const Dispatcher& dispatcher;
  const RunningJobs& running;
  const Profiles& profiles;
  const SlotPools& slots;
  const ZygoteHost& slotBuilder;
  const IsolationReport& isolation;
  const IsolationWatch& isolationWatch;
  const Sessions& sessions;
  uint64_t uptimeMicros;
};

std::vector<prometheus::MetricFamily> stateMetrics(const ObservedState& state);

}  // namespace brood::supervisor
