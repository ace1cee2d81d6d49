#include "gateway/quotas/tenant_gate.h"

#include <algorithm>

namespace brood::gateway {
namespace {

constexpr uint64_t kMicrosPerSecond = 1'000'000;
// Something may end any time: sooner is no use to a client and work for us.
constexpr uint64_t kRetrySoonMs = 1000;
constexpr uint64_t kMinuteSeconds = 60;
constexpr uint64_t kDaySeconds = 86'400;
// Beyond this a job's own limit is as good as none, and sums of such might wrap.
constexpr uint64_t kMostHeld = 1ull << 50;

uint64_t limitOf(const std::optional<uint64_t>& limit) { return limit.value_or(kUnlimited); }

uint64_t cpuHeld(const JobAsk& ask) { return std::min(ask.cpuMillis, kMostHeld / 1000) * 1000; }

uint64_t egressHeld(const JobAsk& ask) { return std::min(ask.egressBytes, kMostHeld); }

// Whether `part` more would be over `limit`.
bool exceeds(uint64_t used, uint64_t held, uint64_t part, uint64_t limit) {
  if (limit == kUnlimited) return false;
  return used > limit || held > limit - used || part > limit - used - held || used + held == limit;
}

uint64_t less(uint64_t limit, uint64_t used) { return used >= limit ? 0 : limit - used; }

uint64_t ceilSeconds(uint64_t micros) { return (micros + kMicrosPerSecond - 1) / kMicrosPerSecond; }

}  // namespace

TenantGate::Permit::Permit(TenantGate& gate, std::shared_ptr<Tenant> tenant, const JobAsk& ask)
    : gate_(&gate),
      tenant_(std::move(tenant)),
      ask_(ask),
      admittedAtMicros_(gate.clock_.monotonicMicros()) {}

TenantGate::Permit::Permit(Permit&& other) noexcept
    : gate_(std::exchange(other.gate_, nullptr)),
      tenant_(std::move(other.tenant_)),
      ask_(other.ask_),
      admittedAtMicros_(other.admittedAtMicros_) {}

TenantGate::Permit::~Permit() {
  if (gate_ == nullptr) return;
  const uint64_t wallMicros = gate_->clock_.monotonicMicros() - admittedAtMicros_;
  const uint64_t cpuMicros = wallMicros / 1000 * ask_.cpuMillicores;
  finish({std::min(cpuHeld(ask_), cpuMicros), wallMicros, egressHeld(ask_)});
}

void TenantGate::Permit::settle(const JobUse& use) {
  if (gate_ != nullptr) finish(use);
}

void TenantGate::Permit::undo() {
  if (gate_ == nullptr) return;
  if (tenant_->bucket) tenant_->bucket->putBack();
  release();
}

void TenantGate::Permit::finish(const JobUse& use) {
  auto& counters = gate_->countersOf(*tenant_);
  ++counters.jobs;
  counters.cpuMicros += use.cpuMicros;
  counters.wallMicros += use.wallMicros;
  counters.egressBytes += use.egressBytes;
  release();
}

void TenantGate::Permit::release() {
  gate_ = nullptr;
  --tenant_->jobs;
  tenant_->heldCpuMicros -= cpuHeld(ask_);
  tenant_->heldEgressBytes -= egressHeld(ask_);
}

std::shared_ptr<TenantGate::Tenant> TenantGate::tenant(const std::string& name) {
  auto& found = tenants_[name];
  if (!found) {
    found = std::make_shared<Tenant>();
    found->name = name;
    applyLimits(*found);
  }
  return found;
}

void TenantGate::applyLimits(Tenant& tenant) {
  tenant.limits = file_.limitsOf(tenant.name);
  const uint64_t perMinute = limitOf(tenant.limits.jobsPerMinute);
  const uint64_t now = clock_.monotonicMicros();
  if (perMinute == kUnlimited || perMinute == 0) {
    tenant.bucket.reset();
  } else if (tenant.bucket) {
    tenant.bucket->setRate(perMinute, now);
  } else {
    tenant.bucket.emplace(perMinute, now);
  }
}

void TenantGate::setLimits(const KeyFile& file) {
  file_.defaults = file.defaults;
  file_.tenants = file.tenants;
  withKeys_.clear();
  for (const auto& key : file.keys) withKeys_.insert(key.tenant);
  for (auto& [name, tenant] : tenants_) applyLimits(*tenant);
}

UsageCounters TenantGate::today(const Tenant& tenant) const {
  return book_.look(tenant.name, utcDay(clock_.wallMillis()));
}

UsageCounters& TenantGate::countersOf(const Tenant& tenant) {
  ++bookVersion_;
  return book_.on(tenant.name, utcDay(clock_.wallMillis()));
}

uint64_t TenantGate::millisUntilTomorrow() const {
  const UnixMillis now = clock_.wallMillis();
  return static_cast<uint64_t>(nextUtcDay(now) - now);
}

std::optional<QuotaRefusal> TenantGate::refuseInFlight(const Tenant& tenant,
                                                       const JobAsk& ask) const {
  const uint64_t atOnce = limitOf(tenant.limits.jobsAtOnce);
  const uint64_t queued = ask.mayWait ? limitOf(tenant.limits.jobsQueued) : 0;
  if (atOnce == 0) return QuotaRefusal{"jobs_at_once", 0, kRetrySoonMs};
  if (atOnce == kUnlimited || queued == kUnlimited || tenant.jobs < atOnce + queued) return {};
  if (queued == 0) return QuotaRefusal{"jobs_at_once", atOnce, kRetrySoonMs};
  return QuotaRefusal{"jobs_queued", queued, kRetrySoonMs};
}

std::optional<QuotaRefusal> TenantGate::refuseByDay(const Tenant& tenant, const JobAsk& ask) const {
  const uint64_t cpuSeconds = limitOf(tenant.limits.cpuSecondsPerDay);
  const uint64_t egressBytes = limitOf(tenant.limits.egressBytesPerDay);
  if (cpuSeconds == kUnlimited && egressBytes == kUnlimited) return {};
  const UsageCounters used = today(tenant);
  const auto refused = [&](const char* quota, uint64_t limit, bool isUsedUp) {
    return QuotaRefusal{quota, limit, isUsedUp ? millisUntilTomorrow() : kRetrySoonMs};
  };
  if (cpuSeconds != kUnlimited) {
    const uint64_t limit = cpuSeconds * kMicrosPerSecond;
    if (exceeds(used.cpuMicros, tenant.heldCpuMicros, cpuHeld(ask), limit)) {
      return refused("cpu_seconds_per_day", cpuSeconds,
                     exceeds(used.cpuMicros, 0, cpuHeld(ask), limit));
    }
  }
  // A job without network uses none, whatever is left.
  if (ask.egressBytes > 0 &&
      exceeds(used.egressBytes, tenant.heldEgressBytes, egressHeld(ask), egressBytes)) {
    return refused("egress_bytes_per_day", egressBytes,
                   exceeds(used.egressBytes, 0, egressHeld(ask), egressBytes));
  }
  return {};
}

std::optional<QuotaRefusal> TenantGate::refuseByRate(Tenant& tenant) {
  if (limitOf(tenant.limits.jobsPerMinute) == 0) {
    return QuotaRefusal{"jobs_per_minute", 0, kMinuteSeconds * 1000};
  }
  if (!tenant.bucket) return {};
  const uint64_t now = clock_.monotonicMicros();
  if (tenant.bucket->take(now)) return {};
  const uint64_t waitMs = (tenant.bucket->microsUntilOne(now) + 999) / 1000;
  return QuotaRefusal{"jobs_per_minute", tenant.bucket->perMinute(), waitMs};
}

std::variant<TenantGate::Permit, QuotaRefusal> TenantGate::admitJob(const std::string& name,
                                                                    const JobAsk& ask) {
  auto admitted = tenant(name);
  auto refusal = refuseInFlight(*admitted, ask);
  if (!refusal) refusal = refuseByDay(*admitted, ask);
  // The last, since it takes what it grants.
  if (!refusal) refusal = refuseByRate(*admitted);
  if (refusal) {
    ++countersOf(*admitted).refused;
    return std::move(*refusal);
  }
  ++admitted->jobs;
  admitted->heldCpuMicros += cpuHeld(ask);
  admitted->heldEgressBytes += egressHeld(ask);
  return Permit(*this, std::move(admitted), ask);
}

void TenantGate::countSession(const std::string& name) { ++countersOf(*tenant(name)).sessions; }

std::vector<QuotaState> TenantGate::quotas(const std::string& name) {
  Tenant& found = *tenant(name);
  const TenantLimits& limits = found.limits;
  std::vector<QuotaState> states;
  const auto add = [&](const char* quota, const std::optional<uint64_t>& limit, uint64_t used,
                       uint64_t window, uint64_t reset) {
    if (limitOf(limit) == kUnlimited) return;
    states.push_back({quota, *limit, less(*limit, used), window, reset});
  };
  add("jobs_at_once", limits.jobsAtOnce, found.jobs, 0, 0);
  if (found.bucket) {
    const uint64_t now = clock_.monotonicMicros();
    const uint64_t limit = found.bucket->perMinute();
    const uint64_t wait = ceilSeconds(found.bucket->microsUntilOne(now));
    add("jobs_per_minute", limit, limit - found.bucket->remaining(now), kMinuteSeconds, wait);
  } else {
    add("jobs_per_minute", limits.jobsPerMinute, 0, kMinuteSeconds, kMinuteSeconds);
  }
  const UsageCounters used = today(found);
  const uint64_t tomorrow = ceilSeconds(millisUntilTomorrow() * 1000);
  add("cpu_seconds_per_day", limits.cpuSecondsPerDay,
      ceilSeconds(used.cpuMicros + found.heldCpuMicros), kDaySeconds, tomorrow);
  add("egress_bytes_per_day", limits.egressBytesPerDay, used.egressBytes + found.heldEgressBytes,
      kDaySeconds, tomorrow);
  return states;
}

const TenantLimits& TenantGate::limits(const std::string& name) { return tenant(name)->limits; }

UsageBook TenantGate::recentUsage() const {
  const UnixMillis now = clock_.wallMillis();
  UsageBook recent;
  for (const auto& [name, days] : book_.tenants()) {
    for (const UnixMillis moment : {now - kDayMillis, now}) {
      const auto counters = days.find(utcDay(moment));
      if (counters != days.end()) recent.on(name, counters->first) = counters->second;
    }
  }
  return recent;
}

bool TenantGate::isKnown(const std::string& name) const {
  return withKeys_.contains(name) || file_.tenants.contains(name) || book_.tenants().contains(name);
}

uint64_t TenantGate::jobsInFlight(const std::string& name) { return tenant(name)->jobs; }

}  // namespace brood::gateway
