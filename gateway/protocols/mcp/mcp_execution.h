#pragma once
// run_code and run_command: in a sandbox that is thrown away, or in a session.

#include <string>

#include "gateway/jobs/request_bounds.h"
#include "gateway/jobs/supervisor_link.h"
#include "gateway/protocols/mcp/mcp_arguments.h"
#include "gateway/protocols/mcp/mcp_reply.h"
#include "gateway/sessions/run_ticket.h"
#include "gateway/sessions/session_calls.h"

namespace brood::gateway::mcp {

class McpExecution {
 public:
  // All borrowed.
  McpExecution(SupervisorLink& link, SessionCalls& calls, const RequestBounds& bounds)
      : link_(link), calls_(calls), bounds_(bounds) {}

  // Answers through the reply. Dropping the promise ends a job or a command, and interrupts a cell.
  kj::Promise<void> runCode(McpArguments arguments, std::shared_ptr<const Sender> sender,
                            kj::Own<McpReply> reply);
  kj::Promise<void> runCommand(McpArguments arguments, std::shared_ptr<const Sender> sender,
                               kj::Own<McpReply> reply);

 private:
  kj::Promise<void> runJob(const JobOrder& order, kj::Own<McpReply> reply);
  // `start` makes the call once there is a session.
  template <typename Order, typename Start>
  kj::Promise<void> inSession(Order order, kj::Own<McpReply> reply, Start start);

  SupervisorLink& link_;
  SessionCalls& calls_;
  const RequestBounds& bounds_;
};

}  // namespace brood::gateway::mcp
