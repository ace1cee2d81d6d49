#include "supervisor/egress/egress_report.h"

namespace brood::supervisor {

EgressReport readReport(egress::wire::Report::Reader from) {
  EgressReport report;
  for (auto each : from.getAllowed()) {
    report.allowed.push_back({each.getHost().cStr(), each.getPort(), each.getConnections(),
                              each.getUpBytes(), each.getDownBytes()});
  }
  for (auto each : from.getDenied()) {
    report.denied.push_back({each.getHost().cStr(), each.getPort(), each.getReason().cStr(),
                             each.getRule().cStr(), each.getCount()});
  }
  report.unlisted = from.getUnlisted();
  return report;
}

}  // namespace brood::supervisor
