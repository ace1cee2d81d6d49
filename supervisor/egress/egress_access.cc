#include "supervisor/egress/egress_access.h"

namespace brood::supervisor {
namespace {

EgressAccess::Decision decided(std::optional<JobNetwork> network) {
  return EgressAccess::Decision(std::move(network));
}

// One by one, so that the error names the place.
EgressAccess::Decision narrowed(const egress::Policy& policy,
                                capnp::List<capnp::Text>::Reader entries) {
  JobNetwork network{.isNarrowed = true, .allow = {}};
  for (unsigned i = 0; i < entries.size(); ++i) {
    const std::string entry(entries[i].begin(), entries[i].size());
    const auto narrowing = policy.narrow({&entry, 1});
    if (const auto* problem = std::get_if<egress::EntryProblem>(&narrowing)) {
      return invalid("network_not_allowed", problem->text,
                     "network.allow[" + std::to_string(i) + "]");
    }
    network.allow.push_back(entry);
  }
  return decided(std::move(network));
}

}  // namespace

bool EgressAccess::isUsual() const { return broker != nullptr && broker->config().isOnUnasked(); }

EgressAccess::Decision EgressAccess::admit(rpc::Network::Reader request) const {
  if (request.isOff()) return decided({});
  if (request.isUnsaid()) {
    return decided(isUsual() ? std::optional(JobNetwork()) : std::nullopt);
  }
  if (broker == nullptr) {
    return invalid("network_unavailable", "jobs have no network here: " + whyNot, "network");
  }
  if (request.isOn()) return decided(JobNetwork());
  return narrowed(broker->policy(), request.getNarrowed());
}

}  // namespace brood::supervisor
