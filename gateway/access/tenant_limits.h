#pragma once
// How much one tenant may use.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace brood::gateway {

constexpr uint64_t kUnlimited = UINT64_MAX;

// A number that is not there is the default's; kUnlimited says that there is no such limit.
struct TenantLimits {
  std::optional<uint64_t> jobsAtOnce{};     // Running; more wait.
  std::optional<uint64_t> jobsQueued{};     // Waiting beyond those; more are refused.
  std::optional<uint64_t> jobsPerMinute{};  // Admitted, with room for a burst of as many.
  std::optional<uint64_t> sessions{};       // Open at the same time.
  std::optional<uint64_t> cpuSecondsPerDay{};
  std::optional<uint64_t> egressBytesPerDay{};
  // The most a job may ask for, by the names of job limits ("memory_bytes"), below the
  // configured maxima.
  std::map<std::string, uint64_t> maxima{};
  std::optional<std::vector<std::string>> profiles{};  // No others.
  std::optional<std::vector<std::string>> network{};   // Entries of egress rules; no others.

  bool operator==(const TenantLimits&) const = default;
};

// The numbers of TenantLimits by their names in the key file, in answers and in headers.
struct QuotaInfo {
  const char* name;
  std::optional<uint64_t> TenantLimits::*value;
  uint64_t most;  // That can be said; beyond it counting would overflow.
};
extern const std::array<QuotaInfo, 6> kQuotas;

// `own` where it says something, else `defaults`, else unlimited: every number is there afterwards.
TenantLimits resolved(const TenantLimits& own, const TenantLimits& defaults);

// Lower-case letters, digits, '.', '_' and '-', at most 64, beginning with a letter or digit.
bool isTenantName(std::string_view name);

}  // namespace brood::gateway
