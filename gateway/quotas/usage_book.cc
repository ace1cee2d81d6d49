#include "gateway/quotas/usage_book.h"

#include <algorithm>
#include <set>

#include "gateway/access/strict_json.h"
#include "gateway/access/tenant_limits.h"

namespace brood::gateway {
namespace {

using nlohmann::json;

constexpr uint64_t kVersion = 1;
// More would wrap when something is added to it.
constexpr uint64_t kMost = 1ull << 62;

bool isDay(const std::string& text) { return utcFromText(text + "T00:00:00Z").has_value(); }

}  // namespace

const std::array<UsageInfo, 6> kUsages = {{
    {"jobs", &UsageCounters::jobs},
    {"refused", &UsageCounters::refused},
    {"sessions", &UsageCounters::sessions},
    {"cpu_micros", &UsageCounters::cpuMicros},
    {"wall_micros", &UsageCounters::wallMicros},
    {"egress_bytes", &UsageCounters::egressBytes},
}};

UsageCounters& UsageBook::on(const std::string& tenant, const std::string& day) {
  Days& days = tenants_[tenant];
  UsageCounters& counters = days[day];
  // The day asked for stays, be it the oldest: a clock may have been set back.
  while (days.size() > kKeptDays) {
    const auto oldest = days.begin();
    days.erase(oldest->first == day ? std::next(oldest) : oldest);
  }
  return counters;
}

UsageCounters UsageBook::look(const std::string& tenant, const std::string& day) const {
  const auto days = tenants_.find(tenant);
  if (days == tenants_.end()) return {};
  const auto counters = days->second.find(day);
  return counters == days->second.end() ? UsageCounters() : counters->second;
}

void UsageBook::raiseTo(const UsageBook& other) {
  for (const auto& [tenant, days] : other.tenants_) {
    for (const auto& [day, counters] : days) {
      UsageCounters& own = on(tenant, day);
      for (const auto& usage : kUsages) {
        own.*usage.value = std::max(own.*usage.value, counters.*usage.value);
      }
    }
  }
}

std::string usageText(const UsageBook& book) {
  json document = {{"version", kVersion}, {"tenants", json::object()}};
  for (const auto& [tenant, days] : book.tenants()) {
    json& written = document["tenants"][tenant] = json::object();
    for (const auto& [day, counters] : days) {
      json& line = written[day] = json::object();
      for (const auto& usage : kUsages) {
        if (counters.*usage.value > 0) line[usage.name] = counters.*usage.value;
      }
    }
  }
  return document.dump(-1, ' ', true, json::error_handler_t::replace) + "\n";
}

std::variant<UsageBook, std::string> parseUsage(std::string_view text) try {
  const json document = parseStrictly(text, kMaxUsageFileBytes);
  const JsonPlace top(document, "");
  top.requireOnly({"version", "tenants"});
  if (top.at("version").number(UINT64_MAX) != kVersion) top.at("version").fail("must be 1");
  std::set<std::string_view> known;
  for (const auto& usage : kUsages) known.insert(usage.name);
  UsageBook book;
  for (const auto& [tenant, days] : top.at("tenants").members()) {
    if (!isTenantName(tenant)) days.fail("is no tenant's name");
    for (const auto& [day, counters] : days.members()) {
      if (!isDay(day)) counters.fail("is no day");
      counters.requireOnly(known);
      UsageCounters& own = book.on(tenant, day);
      for (const auto& usage : kUsages) {
        if (counters.has(usage.name)) own.*usage.value = counters.at(usage.name).number(kMost);
      }
    }
  }
  return book;
} catch (const DocumentProblem& problem) {
  return problem.what();
}

}  // namespace brood::gateway
