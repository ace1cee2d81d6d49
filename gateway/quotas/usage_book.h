#pragma once
// The usage of each tenant, by day.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "base/utc_time.h"

namespace brood::gateway {

// Counters of one day. None of them ever goes down within its day.
struct UsageCounters {
  uint64_t jobs = 0;     // That have ended, however they did.
  uint64_t refused = 0;  // For a quota.
  uint64_t sessions = 0;
  uint64_t cpuMicros = 0;
  uint64_t wallMicros = 0;
  uint64_t egressBytes = 0;  // Up and down.

  bool operator==(const UsageCounters&) const = default;
};

struct UsageInfo {
  const char* name;  // In the file and in answers.
  uint64_t UsageCounters::*value;
};
extern const std::array<UsageInfo, 6> kUsages;

// Keeps the last kKeptDays days that a tenant has used anything in.
class UsageBook {
 public:
  static constexpr size_t kKeptDays = 31;
  using Days = std::map<std::string, UsageCounters>;  // By "2026-11-29".

  // Those of `tenant` on `day`, made if they are not there. Stays valid until the next call.
  UsageCounters& on(const std::string& tenant, const std::string& day);
  // Nothing used if they are not there.
  UsageCounters look(const std::string& tenant, const std::string& day) const;
  const std::map<std::string, Days>& tenants() const { return tenants_; }

  // Raises each counter to what the other has, if that is more. Since counters only grow, the order
  // of such calls does not matter, and one that is made twice changes nothing.
  void raiseTo(const UsageBook& other);

  bool operator==(const UsageBook&) const = default;

 private:
  std::map<std::string, Days> tenants_;
};

constexpr size_t kMaxUsageFileBytes = 256u << 20;

// {"version":1,"tenants":{"acme":{"2026-11-29":{"jobs":12,...}}}}
std::string usageText(const UsageBook& book);
// Or what is wrong with the text.
std::variant<UsageBook, std::string> parseUsage(std::string_view text);

}  // namespace brood::gateway
