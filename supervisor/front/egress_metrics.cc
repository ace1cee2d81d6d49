#include "supervisor/front/egress_metrics.h"

namespace brood::supervisor {
namespace {

void addOwn(const EgressBroker& broker, MetricFamilies& all) {
  all.push_back(gauge("brood_egress_ready", "1 while the broker has its list.")
                    .add({}, broker.isReady() ? 1 : 0)
                    .take());
  all.push_back(counter("brood_egress_restarts_total", "Brokers started after one that ended.")
                    .add({}, broker.info().restarts)
                    .take());
}

// Since the broker's start.
void addCounters(egress::wire::Status::Reader status, MetricFamilies& all) {
  const auto number = [](auto value) { return static_cast<double>(value); };
  all.push_back(gauge("brood_egress_slots", "Sandboxes whose listeners the broker has.")
                    .add({}, number(status.getSlots()))
                    .take());
  all.push_back(gauge("brood_egress_connections", "Open connections of all jobs.")
                    .add({}, number(status.getConnections()))
                    .take());
  all.push_back(counter("brood_egress_connections_total", "Connections to servers.")
                    .add({}, number(status.getConnectionsInAll()))
                    .take());
  all.push_back(counter("brood_egress_bytes_total", "Bytes of jobs and for them.")
                    .add({{"direction", "up"}}, number(status.getUpBytes()))
                    .add({{"direction", "down"}}, number(status.getDownBytes()))
                    .take());
  auto refused = counter("brood_egress_refused_total", "Connections refused, by reason.");
  for (auto each : status.getRefused()) {
    refused.add({{"reason", each.getName().cStr()}}, number(each.getCount()));
  }
  all.push_back(refused.take());
}

}  // namespace

kj::Promise<MetricFamilies> egressMetrics(const EgressAccess& access) {
  MetricFamilies own;
  if (access.broker == nullptr) return kj::mv(own);
  addOwn(*access.broker, own);
  return access.broker->askStatus().then(
      [own](BrokerLink::Answer answer) {
        auto all = own;
        auto said = answer->fromBroker();
        if (said.isStatus()) addCounters(said.getStatus(), all);
        return all;
      },
      [own](kj::Exception&&) { return own; });
}

}  // namespace brood::supervisor
