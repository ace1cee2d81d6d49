#include "gateway/sessions/session_desk.h"

#include <algorithm>

namespace brood::gateway {

bool SessionDesk::isWrittenDown() const {
  return parts_.recorder != nullptr && parts_.recorder->settings().wantsEvents;
}

std::optional<ApiError> SessionDesk::refusal() const {
  if (parts_.recorder == nullptr || parts_.recorder->mayWork()) return {};
  return ApiError{503,
                  "audit_unavailable",
                  "the audit log cannot be written: nothing is done in sessions",
                  {},
                  1000};
}

std::optional<ApiError> SessionDesk::judge(const Sender& sender, SessionOrder& order) {
  if (auto error = refusal()) return error;
  if (parts_.gate == nullptr) return {};
  const TenantLimits& tenant = parts_.gate->limits(sender.tenant);
  if (auto error = profileRefusal(order.profile, tenant)) return error;
  if (tenant.sessions == 0u) return quotaError({"sessions", 0, 1000});
  auto limits = limitsWithin(order.limits, tenant, limits_);
  if (auto* error = std::get_if<ApiError>(&limits)) return std::move(*error);
  order.limits = std::get<JobLimits>(limits);
  return {};
}

std::optional<ApiError> SessionDesk::admit(const Sender& sender, SessionOrder& order) {
  auto error = judge(sender, order);
  if (error) {
    note(sender, {"refusal", error->code, {}, order.language, order.profile, error->message});
  }
  return error;
}

std::string SessionDesk::tenantOf(const Sender& sender) const {
  return parts_.gate == nullptr ? "" : sender.tenant;
}

uint32_t SessionDesk::sessionsOf(const Sender& sender) {
  if (parts_.gate == nullptr) return 0;
  const uint64_t most = parts_.gate->limits(sender.tenant).sessions.value_or(kUnlimited);
  return most == kUnlimited ? 0 : static_cast<uint32_t>(std::min<uint64_t>(most, UINT32_MAX));
}

void SessionDesk::note(const Sender& sender, SessionAct act) {
  if (!isWrittenDown()) return;
  AuditEvent event;
  event.time = parts_.clock.wallMillis();
  event.kind = act.kind;
  event.verdict = std::move(act.verdict);
  event.tenant = sender.tenant;
  event.keyId = sender.keyId;
  event.requestId = sender.requestId;
  event.peer = sender.peer;
  event.sessionId = std::move(act.sessionId);
  event.language = std::move(act.language);
  event.profile = std::move(act.profile);
  event.detail = std::move(act.detail);
  parts_.recorder->note(std::move(event));
}

void SessionDesk::count(const Sender& sender) {
  if (parts_.gate != nullptr) parts_.gate->countSession(sender.tenant);
}

}  // namespace brood::gateway
