#pragma once
// POST /v1/sessions/{id}/execute: runs one cell in a context of a session.

#include <memory>

#include "gateway/http/router.h"
#include "gateway/sessions/session_calls.h"

namespace brood::gateway {

// A cell counts as a job towards its tenant's quotas, but waits in no queue. Its result is answered
// whole, or as an event stream. A client that leaves interrupts its cell, unless it is detached.
class CellCalls {
 public:
  // Borrowed.
  explicit CellCalls(SessionCalls& calls) : calls_(calls) {}

  void addRoutes(Router& router);

 private:
  kj::Promise<void> execute(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> run(const CellOrder& order, rpc::Session::Client session, bool asEvents,
                        ResponseWriter& writer);

  SessionCalls& calls_;
};

}  // namespace brood::gateway
