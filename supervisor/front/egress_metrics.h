#pragma once
// Asks the broker for its counters at the moment of a scrape.

#include <kj/async.h>

#include "supervisor/egress/egress_access.h"
#include "supervisor/front/metric_family.h"

namespace brood::supervisor {

// Nothing where jobs have no network. While the broker does not answer, what the supervisor knows
// itself. `access` is borrowed until the promise resolves.
kj::Promise<MetricFamilies> egressMetrics(const EgressAccess& access);

}  // namespace brood::supervisor
