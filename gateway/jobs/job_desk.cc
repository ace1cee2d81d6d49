#include "gateway/jobs/job_desk.h"

#include <algorithm>
#include <optional>

#include "gateway/access/digest.h"
#include "gateway/jobs/job_spans.h"
#include "gateway/quotas/rate_headers.h"
#include "rpc/calls/result_names.h"
#include "rpc/records/message_text.h"

namespace brood::gateway {
namespace {

ApiError aboveMaximum(const LimitInfo& limit, uint64_t most, std::string field) {
  return {
      400,
      "invalid_limit",
      "the tenant's jobs may have " + std::to_string(limit.minimum) + ".." + std::to_string(most),
      std::move(field),
      {}};
}

const char* kindName(JobOrder::Kind kind) {
  switch (kind) {
    case JobOrder::Kind::cell:
      return "cell";
    case JobOrder::Kind::command:
      return "command";
    case JobOrder::Kind::job:
      break;
  }
  return "job";
}

ApiError profileNotAllowed(const std::string& profile) {
  return {400,
          "profile_not_allowed",
          "the tenant may not use the profile '" + profile + "'",
          "profile",
          {}};
}

AuditEvent eventOf(const JobOrder& order, const AccessClock& clock) {
  const Sender& sender = *order.sender;
  AuditEvent event;
  event.time = clock.wallMillis();
  event.kind = kindName(order.kind);
  event.sessionId = order.sessionId;
  event.tenant = sender.tenant;
  event.keyId = sender.keyId;
  event.requestId = sender.requestId;
  event.peer = sender.peer;
  event.language = order.language;
  event.profile = order.profile;
  event.codeSha256 = hexText(sha256(order.code));
  return event;
}

std::variant<JobLimits, ApiError> timeWithin(const JobOrder& order, const TenantLimits& tenant) {
  const LimitInfo& limit = limitInfo(LimitKind::wallTime);
  const auto most = tenant.maxima.find(limit.name);
  if (most != tenant.maxima.end() && order.limits.wallTimeMs > most->second) {
    return aboveMaximum(limit, most->second, "timeout_ms");
  }
  return order.limits;
}

std::string_view asView(capnp::Data::Reader data) {
  return {reinterpret_cast<const char*>(data.begin()), data.size()};
}

}  // namespace

class JobDesk::Ticket final : public JobTicket {
 public:
  Ticket(const Parts& parts, const JobOrder& order, const JobLimits& limits,
         std::optional<TenantGate::Permit> permit)
      : parts_(parts),
        sender_(order.sender),
        limits_(limits),
        permit_(std::move(permit)),
        spans_(*sender_) {
    if (permit_) headers_ = rateHeaders(parts_.gate->quotas(sender_->tenant));
    if (!isWrittenDown()) return;
    event_ = eventOf(order, parts_.clock);
    if (parts_.recorder->settings().writesAhead) {
      AuditEvent admitted = event_;
      admitted.verdict = "admitted";
      parts_.recorder->note(std::move(admitted));
    }
  }

  ~Ticket() override {
    if (hasEnded_) return;
    end("abandoned", "the client left before the answer");
  }

  void write(rpc::Job::Builder job) const override {
    if (parts_.gate == nullptr) return;
    job.setTenant(asText(sender_->tenant));
    const uint64_t atOnce = parts_.gate->limits(sender_->tenant).jobsAtOnce.value_or(kUnlimited);
    job.setTenantJobs(atOnce == kUnlimited ? 0 : static_cast<uint32_t>(atOnce));
    writeLimits(limits_, job.getLimits());
  }

  kj::Maybe<kj::Promise<void>> whenKept() override {
    if (!isWrittenDown() || !parts_.recorder->settings().writesAhead) return nullptr;
    return parts_.recorder->whenKept();
  }

  const std::vector<std::pair<std::string, std::string>>& headers() const override {
    return headers_;
  }

  void finish(rpc::JobResult::Reader result) override {
    if (permit_) {
      permit_->settle({result.getCpuMicros(), result.getWallMicros(), 0});
    }
    event_.jobId = asString(result.getId());
    event_.language = asString(result.getLanguage());
    if (result.getHasExitCode()) event_.exitCode = result.getExitCode();
    event_.cpuMicros = result.getCpuMicros();
    event_.wallMicros = result.getWallMicros();
    event_.peakMemoryBytes = result.getPeakMemoryBytes();
    spans_.note(result);
    storeFiles(result);
    end(statusName(result.getStatus()), asString(result.getMessage()));
  }

  void reject(const ApiError& error) override {
    // A job that the supervisor has refused has not run. After a broken call it may have.
    if (permit_ && error.status != 500 && error.code != "supervisor_unavailable") permit_->undo();
    end(error.code, error.message);
  }

  void letGo(std::string_view id) override {
    if (permit_) permit_->settle({});
    event_.jobId = id;
    end("started", "");
  }

 private:
  bool isWrittenDown() const {
    return parts_.recorder != nullptr && parts_.recorder->settings().wantsEvents;
  }

  void end(std::string_view verdict, std::string detail) {
    hasEnded_ = true;
    if (parts_.recorder == nullptr) return;
    if (isWrittenDown()) {
      event_.time = parts_.clock.wallMillis();
      event_.verdict = verdict;
      event_.detail = std::move(detail);
      parts_.recorder->note(std::move(event_));
    }
    if (sender_->span) parts_.recorder->note(spans_.end(verdict));
  }

  void storeFiles(rpc::JobResult::Reader result) {
    if (parts_.recorder == nullptr || !parts_.recorder->settings().wantsFiles) return;
    for (auto file : result.getFiles()) {
      parts_.recorder->noteFile(
          sender_->tenant + "/" + event_.jobId + "/" + asString(file.getPath()),
          std::string(asView(file.getContent())));
    }
  }

  const Parts parts_;
  const std::shared_ptr<const Sender> sender_;
  const JobLimits limits_;
  std::optional<TenantGate::Permit> permit_;
  std::vector<std::pair<std::string, std::string>> headers_;
  AuditEvent event_;
  JobSpans spans_;
  bool hasEnded_ = false;
};

JobDesk::JobDesk(const Parts& parts, const Config& config)
    : parts_(parts), limits_(config.limits), cpuMillicores_(config.sandbox.cpuMillicores) {}

ApiError quotaError(const QuotaRefusal& refusal) {
  return {429, "quota_exceeded",
          "the tenant's quota " + refusal.quota + " is " + std::to_string(refusal.limit) +
              ", and it is used up",
          refusal.quota, refusal.retryAfterMs};
}

std::variant<JobLimits, ApiError> limitsWithin(const JobLimits& asked, const TenantLimits& tenant,
                                               const LimitsConfig& config) {
  JobLimits limits = asked;
  for (const auto& limit : kJobLimits) {
    const auto most = tenant.maxima.find(limit.name);
    if (most == tenant.maxima.end()) continue;
    uint64_t& value = limits.*limit.value;
    if (value > most->second) {
      return aboveMaximum(limit, most->second, std::string("limits.") + limit.name);
    }
    if (value == 0) value = std::min((config.*limit.range).defaultValue, most->second);
  }
  return limits;
}

std::optional<ApiError> profileRefusal(const std::string& profile, const TenantLimits& tenant) {
  const std::string name = profile.empty() ? "default" : profile;
  if (!tenant.profiles ||
      std::find(tenant.profiles->begin(), tenant.profiles->end(), name) != tenant.profiles->end()) {
    return {};
  }
  return profileNotAllowed(name);
}

std::variant<std::unique_ptr<JobTicket>, ApiError> JobDesk::pass(const JobOrder& order) {
  if (!order.sender) return ApiError{500, "internal_error", "a job without a sender", {}, {}};
  if (parts_.recorder != nullptr && !parts_.recorder->mayWork()) {
    return ApiError{
        503, "audit_unavailable", "the audit log cannot be written: no jobs are taken", {}, 1000};
  }
  if (parts_.gate == nullptr) {
    return std::make_unique<Ticket>(parts_, order, order.limits, std::nullopt);
  }
  const TenantLimits& tenant = parts_.gate->limits(order.sender->tenant);
  const bool isJob = order.kind == JobOrder::Kind::job;
  if (isJob) {
    if (auto error = profileRefusal(order.profile, tenant)) return std::move(*error);
  }
  auto limits = isJob ? limitsWithin(order.limits, tenant, limits_) : timeWithin(order, tenant);
  if (auto* error = std::get_if<ApiError>(&limits)) return std::move(*error);
  const auto& granted = std::get<JobLimits>(limits);
  const uint64_t cpuMillis =
      granted.cpuTimeMs > 0 ? granted.cpuTimeMs : limits_.cpuTimeMs.defaultValue;
  auto permit = parts_.gate->admitJob(order.sender->tenant, {cpuMillis, 0, cpuMillicores_, isJob});
  if (const auto* refusal = std::get_if<QuotaRefusal>(&permit)) return quotaError(*refusal);
  return std::make_unique<Ticket>(parts_, order, granted,
                                  std::move(std::get<TenantGate::Permit>(permit)));
}

std::variant<std::unique_ptr<JobTicket>, ApiError> JobDesk::admit(const JobOrder& order) {
  auto passed = pass(order);
  const auto* error = std::get_if<ApiError>(&passed);
  if (error != nullptr && order.sender && parts_.recorder != nullptr &&
      parts_.recorder->settings().wantsEvents) {
    AuditEvent event = eventOf(order, parts_.clock);
    event.kind = "refusal";
    event.verdict = error->code;
    event.detail = error->message;
    parts_.recorder->note(std::move(event));
  }
  return passed;
}

}  // namespace brood::gateway
