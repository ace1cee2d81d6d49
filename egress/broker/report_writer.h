#pragma once
// Writes the broker's answers about a job and about itself.

#include "egress/control/egress.capnp.h"
#include "egress/proxies/counters.h"
#include "egress/proxies/usage_report.h"

namespace brood::egress {

void writeReport(const UsageReport& report, wire::Report::Builder to);
void writeCounters(const Counters& counters, wire::Status::Builder to);

}  // namespace brood::egress
