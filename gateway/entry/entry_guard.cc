#include "gateway/entry/entry_guard.h"

#include <prometheus/text_serializer.h>

#include <algorithm>

#include "gateway/access/api_key.h"

namespace brood::gateway {
namespace {

constexpr size_t kMaxRequestIdLength = 128;

bool isRequestId(const std::string& text) {
  return !text.empty() && text.size() <= kMaxRequestIdLength &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

EntryGuard::EntryGuard(Authenticator& authenticator, RecorderLink* recorder,
                       const AccessClock& clock)
    : authenticator_(authenticator),
      recorder_(recorder),
      clock_(clock),
      idPrefix_("r_" + makeKeyId().substr(2) + "_"),
      refusals_(prometheus::BuildCounter()
                    .Name("brood_access_refusals_total")
                    .Help("Requests refused for want of a key or of a scope.")
                    .Register(registry_)) {}

std::optional<HttpResponse> EntryGuard::refuse(HttpRequest& request, Need need, const Peer& peer) {
  Sender sender;
  sender.peer = peer.address;
  sender.requestId = request.requestId && isRequestId(*request.requestId)
                         ? *request.requestId
                         : idPrefix_ + std::to_string(++lastId_);
  auto identity = authenticator_.identify(request, need, peer.certificate);
  if (const auto* refusal = std::get_if<Authenticator::Refusal>(&identity)) {
    refusals_.Add({{"code", refusal->error.code}}).Increment();
    tell(*refusal, sender);
    return refusalResponse(refusal->error);
  }
  auto& known = std::get<Authenticator::Identity>(identity);
  sender.tenant = std::move(known.tenant);
  sender.keyId = std::move(known.keyId);
  sender.scopes = known.scopes;
  if (recorder_ != nullptr && recorder_->settings().wantsSpans) {
    if (request.traceparent) sender.parent = parseTraceparent(*request.traceparent);
    sender.span = newSpanIn(sender.parent);
  }
  // A secret that has been read is not kept with the request.
  request.authorization.reset();
  request.apiKey.reset();
  request.sender = std::make_shared<const Sender>(std::move(sender));
  return std::nullopt;
}

void EntryGuard::tell(const Authenticator::Refusal& refusal, const Sender& sender) {
  if (recorder_ == nullptr) return;
  const auto advice = meter_.next(clock_.monotonicMicros());
  AuditEvent event;
  event.time = clock_.wallMillis();
  event.kind = "refusal";
  if (advice.untold > 0) {
    AuditEvent others = event;
    others.verdict = "unauthorized";
    others.detail = std::to_string(advice.untold) + " more within a second";
    recorder_->note(std::move(others));
  }
  if (!advice.tell) return;
  event.verdict = refusal.error.code;
  event.tenant = refusal.known.tenant;
  event.keyId = refusal.known.keyId;
  event.requestId = sender.requestId;
  event.peer = sender.peer;
  recorder_->note(std::move(event));
}

std::string EntryGuard::metrics() const {
  return prometheus::TextSerializer().Serialize(registry_.Collect());
}

}  // namespace brood::gateway
