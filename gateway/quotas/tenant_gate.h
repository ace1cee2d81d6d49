#pragma once
// Lets a tenant's jobs in as far as its quotas go, and counts what they use.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/access/key_file.h"
#include "gateway/quotas/access_clock.h"
#include "gateway/quotas/token_bucket.h"
#include "gateway/quotas/usage_book.h"

namespace brood::gateway {

// The most that a job can use, which is held back from its tenant's day until it has ended: the sum
// of what has been used and what may still be is never more than the quota.
struct JobAsk {
  uint64_t cpuMillis = 0;
  uint64_t egressBytes = 0;
  uint64_t cpuMillicores = 1000;
  // Whether it may wait until fewer of its tenant's run. A cell cannot: its session waits for it.
  bool mayWait = true;
};

struct JobUse {
  uint64_t cpuMicros = 0;
  uint64_t wallMicros = 0;
  uint64_t egressBytes = 0;
};

struct QuotaRefusal {
  std::string quota;  // As in kQuotas.
  uint64_t limit = 0;
  uint64_t retryAfterMs = 0;
};

// One quota of a tenant that has it, for headers and for /v1/usage.
struct QuotaState {
  std::string name;
  uint64_t limit = 0;
  uint64_t remaining = 0;
  uint64_t windowSeconds = 0;  // 0: a number at the same time, not in a time.
  uint64_t resetSeconds = 0;   // Until there is more; 0: now, or as soon as something ends.
};

// Belongs to one thread; each call decides and counts at once, so that no two can both get the last
// of something. Outlives the permits it has given.
class TenantGate {
  struct Tenant;

 public:
  // The clock is borrowed.
  explicit TenantGate(const AccessClock& clock) : clock_(clock) {}
  TenantGate(const TenantGate&) = delete;
  TenantGate& operator=(const TenantGate&) = delete;

  // A job that has been let in, until it is dropped. One that is dropped without its use
  // having been told is charged for the most it can have used in its time: a client that
  // leaves its jobs before they have ended does not get them for nothing.
  class Permit {
   public:
    Permit(Permit&& other) noexcept;
    Permit& operator=(Permit&& other) = delete;
    ~Permit();

    // It has ended. Call once.
    void settle(const JobUse& use);
    // The job has not run: nothing is charged, and its place in the minute is given back.
    void undo();

   private:
    friend class TenantGate;
    Permit(TenantGate& gate, std::shared_ptr<Tenant> tenant, const JobAsk& ask);
    void finish(const JobUse& use);
    void release();

    TenantGate* gate_;  // Borrowed; null once it is finished or moved from.
    std::shared_ptr<Tenant> tenant_;
    JobAsk ask_;
    uint64_t admittedAtMicros_;
  };

  // From now on. Permits that were given stay valid, even if there are more than may be.
  void setLimits(const KeyFile& file);

  std::variant<Permit, QuotaRefusal> admitJob(const std::string& tenant, const JobAsk& ask);
  // Sessions outlive connections and gateways: the supervisor knows how many there are, and
  // compares that with the tenant's limit.
  void countSession(const std::string& tenant);

  // The quotas that the tenant has.
  std::vector<QuotaState> quotas(const std::string& tenant);
  // All numbers resolved.
  const TenantLimits& limits(const std::string& tenant);
  uint64_t jobsInFlight(const std::string& tenant);
  // Whether it has a key, or limits of its own, or has used anything.
  bool isKnown(const std::string& tenant) const;

  UsageBook& book() { return book_; }
  // The book's pages for the days that are being counted: today, and yesterday, whose last jobs may
  // have been told of after midnight only.
  UsageBook recentUsage() const;
  // Raised with each change of the book.
  uint64_t bookVersion() const { return bookVersion_; }

 private:
  struct Tenant {
    std::string name;
    TenantLimits limits;
    std::optional<TokenBucket> bucket;
    uint64_t jobs = 0;
    uint64_t heldCpuMicros = 0;
    uint64_t heldEgressBytes = 0;
  };

  std::shared_ptr<Tenant> tenant(const std::string& name);
  void applyLimits(Tenant& tenant);
  UsageCounters today(const Tenant& tenant) const;
  UsageCounters& countersOf(const Tenant& tenant);
  std::optional<QuotaRefusal> refuseInFlight(const Tenant& tenant, const JobAsk& ask) const;
  std::optional<QuotaRefusal> refuseByDay(const Tenant& tenant, const JobAsk& ask) const;
  std::optional<QuotaRefusal> refuseByRate(Tenant& tenant);
  uint64_t millisUntilTomorrow() const;

  const AccessClock& clock_;
  KeyFile file_;  // Its limits alone.
  std::set<std::string> withKeys_;
  std::map<std::string, std::shared_ptr<Tenant>, std::less<>> tenants_;
  UsageBook book_;
  uint64_t bookVersion_ = 0;
};

}  // namespace brood::gateway
