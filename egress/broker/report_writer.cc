#include "egress/broker/report_writer.h"

namespace brood::egress {

void writeReport(const UsageReport& report, wire::Report::Builder to) {
  auto allowed = to.initAllowed(static_cast<kj::uint>(report.allowed().size()));
  kj::uint index = 0;
  for (const auto& [key, use] : report.allowed()) {
    auto entry = allowed[index++];
    entry.setHost(key.first.c_str());
    entry.setPort(key.second);
    entry.setConnections(use.connections);
    entry.setUpBytes(use.upBytes);
    entry.setDownBytes(use.downBytes);
  }
  auto denied = to.initDenied(static_cast<kj::uint>(report.denied().size()));
  index = 0;
  for (const auto& [key, denial] : report.denied()) {
    auto entry = denied[index++];
    entry.setHost(key.host.c_str());
    entry.setPort(key.port);
    entry.setReason(key.reason.c_str());
    entry.setRule(denial.rule.c_str());
    entry.setCount(denial.count);
  }
  to.setUnlisted(report.unlisted());
}

void writeCounters(const Counters& counters, wire::Status::Builder to) {
  to.setConnectionsInAll(counters.connections);
  to.setUpBytes(counters.upBytes);
  to.setDownBytes(counters.downBytes);
  auto refused = to.initRefused(static_cast<kj::uint>(counters.refused.size()));
  kj::uint index = 0;
  for (const auto& [reason, count] : counters.refused) {
    auto entry = refused[index++];
    entry.setName(reason.c_str());
    entry.setCount(count);
  }
}

}  // namespace brood::egress
