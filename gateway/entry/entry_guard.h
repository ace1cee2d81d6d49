#pragma once
// Lets requests in, or not, and says so in the audit log.

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <string>

#include "gateway/entry/authenticator.h"
#include "gateway/entry/recorder_link.h"
#include "gateway/entry/refusal_meter.h"

namespace brood::gateway {

class EntryGuard final : public RequestGuard {
 public:
  // Borrowed. Without a recorder nothing is written down.
  EntryGuard(Authenticator& authenticator, RecorderLink* recorder, const AccessClock& clock);

  std::optional<HttpResponse> refuse(HttpRequest& request, Need need, const Peer& peer) override;

  // In Prometheus' text format 0.0.4.
  std::string metrics() const;

 private:
  void tell(const Authenticator::Refusal& refusal, const Sender& sender);

  Authenticator& authenticator_;
  RecorderLink* recorder_;
  const AccessClock& clock_;
  RefusalMeter meter_;
  std::string idPrefix_;  // Begins this gateway's request ids.
  uint64_t lastId_ = 0;
  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& refusals_;
};

}  // namespace brood::gateway
