#pragma once
// The contexts of a session: opened, listed, interrupted, restarted, closed.

#include "gateway/http/router.h"
#include "gateway/sessions/session_calls.h"

namespace brood::gateway {

class ContextCalls {
 public:
  // Borrowed.
  explicit ContextCalls(SessionCalls& calls) : calls_(calls) {}

  void addRoutes(Router& router);

 private:
  using HandlerMember = kj::Promise<void> (ContextCalls::*)(HttpRequest&, ResponseWriter&);

  kj::Promise<void> open(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> list(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> close(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> interrupt(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> restart(HttpRequest& request, ResponseWriter& writer);

  SessionCalls& calls_;
};

}  // namespace brood::gateway
