#pragma once
// Sessions as a whole: opened, listed, looked at, changed, paused, closed.

#include "gateway/http/router.h"
#include "gateway/sessions/session_calls.h"

namespace brood::gateway {

class SessionLife {
 public:
  // Borrowed.
  explicit SessionLife(SessionCalls& calls) : calls_(calls) {}

  void addRoutes(Router& router);

 private:
  using HandlerMember = kj::Promise<void> (SessionLife::*)(HttpRequest&, ResponseWriter&);

  kj::Promise<void> open(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> list(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> show(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> change(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> close(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> pause(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> resume(HttpRequest& request, ResponseWriter& writer);

  // Does what `call` makes a request for, and notes it.
  template <typename Call>
  kj::Promise<void> act(HttpRequest& request, ResponseWriter& writer, const char* verdict,
                        Call call);

  SessionCalls& calls_;
};

}  // namespace brood::gateway
