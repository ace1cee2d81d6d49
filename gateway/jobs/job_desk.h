#pragma once
// The desk that a job passes on its way in and out: its tenant's limits, the books, the audit log,
// traces.

#include <kj/async.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "config/config.h"
#include "gateway/entry/recorder_link.h"
#include "gateway/http/error_response.h"
#include "gateway/jobs/job_order.h"
#include "gateway/quotas/tenant_gate.h"
#include "rpc/calls/supervisor.capnp.h"

namespace brood::gateway {

// One job that has been let in. Tells how it has ended, once: by finish(), by reject(), or, when it
// is dropped before, as abandoned by its client.
class JobTicket {
 public:
  virtual ~JobTicket() = default;

  // Puts what the supervisor needs to know of the tenant into the call.
  virtual void write(rpc::Job::Builder job) const = 0;
  // Null: the job may be started now. Else once it resolves.
  virtual kj::Maybe<kj::Promise<void>> whenKept() = 0;
  // Headers of the answer besides its own.
  virtual const std::vector<std::pair<std::string, std::string>>& headers() const = 0;

  virtual void finish(rpc::JobResult::Reader result) = 0;
  // It came to no result: nothing of it has run, or that is not known.
  virtual void reject(const ApiError& error) = 0;
  // It has been started under this id and goes on by itself; nothing more is counted of it.
  virtual void letGo(std::string_view id) = 0;
};

// The tenant's maxima put to what is asked for; what is not said gets no more either. A cell or a
// command has but a wall time, and what it does not say is the session's.
std::variant<JobLimits, ApiError> limitsWithin(const JobLimits& asked, const TenantLimits& tenant,
                                               const LimitsConfig& config);
// Null: the tenant may use it. Empty is the profile "default".
std::optional<ApiError> profileRefusal(const std::string& profile, const TenantLimits& tenant);
ApiError quotaError(const QuotaRefusal& refusal);

// Without keys, audit log, traces and Supabase there is no desk, and a job passes by.
class JobDesk {
 public:
  struct Parts {
    TenantGate* gate = nullptr;        // Null: no quotas.
    RecorderLink* recorder = nullptr;  // Null: nothing is written down.
    const AccessClock& clock;
  };

  // The parts are borrowed.
  JobDesk(const Parts& parts, const Config& config);

  // Or why there is none: 400 for what the tenant may not ask for, 429 for a quota, 503 while
  // nothing can be written down. Refusals are written down.
  std::variant<std::unique_ptr<JobTicket>, ApiError> admit(const JobOrder& order);

 private:
  class Ticket;

  std::variant<std::unique_ptr<JobTicket>, ApiError> pass(const JobOrder& order);

  const Parts parts_;
  const LimitsConfig limits_;
  const uint64_t cpuMillicores_;
};

}  // namespace brood::gateway
