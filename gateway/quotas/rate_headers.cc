#include "gateway/quotas/rate_headers.h"

#include <algorithm>

namespace brood::gateway {
namespace {

// The largest integer of a structured field.
constexpr uint64_t kLargest = 999'999'999'999'999;

std::string parameter(const char* name, uint64_t value) {
  return std::string(";") + name + "=" + std::to_string(std::min(value, kLargest));
}

const char* unitOf(const QuotaState& quota) {
  if (quota.name == "egress_bytes_per_day") return ";qu=\"content-bytes\"";
  return quota.windowSeconds == 0 ? ";qu=\"concurrent-requests\"" : "";
}

}  // namespace

std::vector<std::pair<std::string, std::string>> rateHeaders(
    const std::vector<QuotaState>& quotas) {
  if (quotas.empty()) return {};
  std::string policies, states;
  for (const auto& quota : quotas) {
    const std::string name = (policies.empty() ? "\"" : ", \"") + quota.name + "\"";
    policies += name + parameter("q", quota.limit) + unitOf(quota);
    states += name + parameter("r", quota.remaining);
    if (quota.windowSeconds == 0) continue;
    policies += parameter("w", quota.windowSeconds);
    states += parameter("t", quota.resetSeconds);
  }
  return {{"RateLimit-Policy", policies}, {"RateLimit", states}};
}

}  // namespace brood::gateway
