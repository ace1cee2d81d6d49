#pragma once
// create_session, close_session, list_sessions, fork_session.

#include "gateway/protocols/mcp/mcp_arguments.h"
#include "gateway/protocols/mcp/mcp_reply.h"
#include "gateway/sessions/session_calls.h"

namespace brood::gateway::mcp {

// One call of a tool about sessions and their files. `sender` is no request: it has a sender, and
// nothing else.
struct McpToolCall {
  McpArguments arguments;
  HttpRequest sender;
  kj::Own<McpReply> reply;
  std::string session = {};  // Once it is known.
};

// Every function answers through the reply of its call, which must outlive the promise.
class McpSessions {
 public:
  // Borrowed.
  explicit McpSessions(SessionCalls& calls) : calls_(calls) {}

  kj::Promise<void> create(McpToolCall& call);
  kj::Promise<void> close(McpToolCall& call);
  kj::Promise<void> list(McpToolCall& call);
  // Answers that this cannot be done yet.
  kj::Promise<void> fork(McpToolCall& call);

 private:
  kj::Promise<void> listFrom(McpToolCall& call, std::string after, std::string listed);

  SessionCalls& calls_;
};

// Answers with a text, which is as well what a program reads: both are the same JSON.
kj::Promise<void> answerJson(McpReply& reply, const std::string& json);
// For a call that broke.
inline auto failBroken(McpReply& reply) {
  return [&reply](kj::Exception&& exception) { return reply.fail(fromBrokenCall(exception)); };
}

}  // namespace brood::gateway::mcp
