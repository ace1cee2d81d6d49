#pragma once
// What Prometheus reads off the supervisor's state at the moment of a scrape.

#include <prometheus/metric_family.h>

#include <vector>

#include "supervisor/dispatcher.h"
#include "supervisor/isolation.h"
#include "supervisor/isolation_watch.h"

namespace brood {

// All borrowed for the call.
struct ObservedState {
  const Dispatcher& dispatcher;
  const Profiles& profiles;
  const SlotPool& slots;
  const ZygoteHost& slotBuilder;
  const IsolationReport& isolation;
  const IsolationWatch& isolationWatch;
  uint64_t uptimeMicros;
};

std::vector<prometheus::MetricFamily> stateMetrics(const ObservedState& state);

}  // namespace brood
