#include "egress/proxies/usage_report.h"

namespace brood::egress {

HostUse& UsageReport::noteAllowed(const std::string& host, uint16_t port) {
  const HostAndPort key(host, port);
  if (allowed_.size() >= kMostHosts && !allowed_.contains(key)) {
    ++unlisted_;
    return others_;
  }
  HostUse& use = allowed_[key];
  ++use.connections;
  return use;
}

void UsageReport::noteDenied(const std::string& host, uint16_t port, const Refusal& refusal) {
  const Denial key{host, port, refusal.reason};
  if (denied_.size() >= kMostHosts && !denied_.contains(key)) {
    ++unlisted_;
    return;
  }
  auto& denial = denied_[key];
  denial.rule = refusal.rule;
  ++denial.count;
}

}  // namespace brood::egress
