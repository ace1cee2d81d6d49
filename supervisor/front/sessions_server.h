#pragma once
// The Sessions capability: opens sessions, and finds them again.

#include "rpc/calls/sessions.capnp.h"
#include "supervisor/base/metrics.h"
#include "supervisor/isolation/isolation.h"
#include "supervisor/sessions/sessions.h"

namespace brood::supervisor {

class SessionsServer final : public rpc::Sessions::Server {
 public:
  // All borrowed. `refusalReason` is the dispatcher's: why no jobs are taken, or empty.
  SessionsServer(Sessions& sessions, const IsolationReport& isolation,
                 const std::string& refusalReason, Metrics& metrics)
      : sessions_(sessions),
        isolation_(isolation),
        refusalReason_(refusalReason),
        metrics_(metrics) {}

  kj::Promise<void> open(OpenContext context) override;
  kj::Promise<void> find(FindContext context) override;
  kj::Promise<void> list(ListContext context) override;

 private:
  void answer(Sessions::Found found, rpc::SessionOutcome::Builder out);

  Sessions& sessions_;
  const IsolationReport& isolation_;
  const std::string& refusalReason_;
  Metrics& metrics_;
};

}  // namespace brood::supervisor
