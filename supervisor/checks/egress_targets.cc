#include "supervisor/checks/egress_targets.h"

namespace brood::supervisor {
namespace {

// Nobody has the first two: RFC 2606 and RFC 5737.
constexpr EgressTarget kTargets[] = {
    {"egress_unlisted_name", "be led to a name that is not listed", "unlisted.brood.invalid", 443},
    {"egress_address", "be led to an address that is not listed", "192.0.2.1", 443},
    {"egress_metadata", "be led to the metadata address of clouds", "169.254.169.254", 80},
};

}  // namespace

std::vector<EgressTarget> refusedTargets(const egress::Policy& policy) {
  std::vector<EgressTarget> refused;
  for (const auto& target : kTargets) {
    const auto decided =
        egress::decide(policy, egress::Narrowing::everythingAllowed(), target.host, target.port);
    if (std::holds_alternative<egress::Refusal>(decided)) refused.push_back(target);
  }
  return refused;
}

}  // namespace brood::supervisor
