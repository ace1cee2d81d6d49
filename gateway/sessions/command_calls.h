#pragma once
// The commands of a session: started, listed, followed, written to, signalled, ended.

#include "gateway/http/router.h"
#include "gateway/sessions/session_calls.h"

namespace brood::gateway {

// A command counts as a job towards its tenant's quotas: one in the background until it has been
// started, all others until they have ended. A client that leaves ends its command, unless that is
// in the background.
class CommandCalls {
 public:
  // Borrowed.
  explicit CommandCalls(SessionCalls& calls) : calls_(calls) {}

  void addRoutes(Router& router);

 private:
  using HandlerMember = kj::Promise<void> (CommandCalls::*)(HttpRequest&, ResponseWriter&);

  kj::Promise<void> start(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> run(const CommandOrder& order, rpc::Session::Client session, bool asEvents,
                        ResponseWriter& writer);
  kj::Promise<void> list(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> follow(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> write(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> signal(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> resize(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> end(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> sendSignal(HttpRequest& request, ResponseWriter& writer, int number);

  SessionCalls& calls_;
};

}  // namespace brood::gateway
