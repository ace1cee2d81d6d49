#pragma once
// Reads what sessions are and have done for Prometheus at the moment of a scrape.

#include "supervisor/front/metric_family.h"
#include "supervisor/sessions/sessions.h"

namespace brood::supervisor {

MetricFamilies sessionMetrics(const Sessions& sessions);

}  // namespace brood::supervisor
