#include "gateway/access/tenant_limits.h"

#include <algorithm>

namespace brood::gateway {
namespace {

constexpr uint64_t kMostJobs = 1'000'000'000;
constexpr uint64_t kMostCpuSeconds = 1'000'000'000;  // In microseconds still far from 2^64.
constexpr uint64_t kMostBytes = 1ull << 60;
constexpr size_t kMaxNameLength = 64;

bool isPlain(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

}  // namespace

const std::array<QuotaInfo, 6> kQuotas = {{
    {"jobs_at_once", &TenantLimits::jobsAtOnce, kMostJobs},
    {"jobs_queued", &TenantLimits::jobsQueued, kMostJobs},
    {"jobs_per_minute", &TenantLimits::jobsPerMinute, kMostJobs},
    {"sessions", &TenantLimits::sessions, kMostJobs},
    {"cpu_seconds_per_day", &TenantLimits::cpuSecondsPerDay, kMostCpuSeconds},
    {"egress_bytes_per_day", &TenantLimits::egressBytesPerDay, kMostBytes},
}};

TenantLimits resolved(const TenantLimits& own, const TenantLimits& defaults) {
  TenantLimits result = own;
  for (const auto& quota : kQuotas) {
    auto& value = result.*quota.value;
    if (!value) value = (defaults.*quota.value).value_or(kUnlimited);
  }
  for (const auto& [name, most] : defaults.maxima) result.maxima.emplace(name, most);
  if (!result.profiles) result.profiles = defaults.profiles;
  if (!result.network) result.network = defaults.network;
  return result;
}

bool isTenantName(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameLength || !isPlain(name[0])) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return isPlain(c) || c == '.' || c == '_' || c == '-'; });
}

}  // namespace brood::gateway
