#pragma once
// The calls that are under way, so that they can be cancelled, or go on without their client.

#include <kj/async.h>
#include <kj/function.h>

#include <list>
#include <string>

#include "gateway/protocols/mcp/mcp_reply.h"

namespace brood::gateway::mcp {

class McpRuns final : private kj::TaskSet::ErrorHandler {
 public:
  McpRuns() : tasks_(*this) {}
  KJ_DISALLOW_COPY(McpRuns);

  // The call's sender, whose calls it may cancel.
  struct Caller {
    std::string owner;
    std::string id;  // The request's, as JSON.
  };

  // Makes the call; `work` answers through the reply. A call of the stateless era ends when the
  // promise is dropped, as it is when the client has gone. One of the handshake era goes on.
  kj::Promise<void> run(Caller caller, kj::Own<McpReply> reply,
                        kj::Function<kj::Promise<void>()> work);

  // Ends a call of the handshake era. Ids are a connection's, and connections have no name: where
  // two calls of one owner have this id, nobody knows which is meant, and both go on.
  void cancel(const Caller& caller);

  size_t size() const { return calls_.size(); }

 private:
  struct Call {
    Caller caller;
    kj::Own<McpReply> reply;
    bool isCancelled = false;
    kj::Canceler canceler = {};
  };
  using Place = std::list<Call>::iterator;

  void taskFailed(kj::Exception&& exception) override;

  std::list<Call> calls_;
  kj::TaskSet tasks_;
};

}  // namespace brood::gateway::mcp
