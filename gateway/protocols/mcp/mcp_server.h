#pragma once
// POST /mcp: the Model Context Protocol over streamable HTTP, in both of its eras.
//
// Nothing is kept between requests but the calls that are under way: no Mcp-Session-Id is issued,
// and a sandbox that is to be kept is asked for by a tool.

#include "gateway/http/router.h"
#include "gateway/protocols/mcp/mcp_era.h"
#include "gateway/protocols/mcp/mcp_execution.h"
#include "gateway/protocols/mcp/mcp_files.h"
#include "gateway/protocols/mcp/mcp_runs.h"
#include "gateway/protocols/mcp/mcp_sessions.h"

namespace brood::gateway::mcp {

class McpServer {
 public:
  // The link and the desks are borrowed; without desks nothing is asked or told.
  McpServer(SupervisorLink& link, const RequestBounds& bounds, JobDesk* jobs,
            SessionDesk* sessions);
  KJ_DISALLOW_COPY(McpServer);

  // Borrows this.
  void addRoutes(Router& router);

  kj::Promise<void> handle(HttpRequest& request, ResponseWriter& writer);

  const McpRuns& runs() const { return runs_; }

 private:
  kj::Promise<void> take(const McpMessage& message, const HttpRequest& request,
                         ResponseWriter& writer);
  kj::Promise<void> answer(McpMessage& message, McpEra era, const HttpRequest& request,
                           ResponseWriter& writer);
  kj::Promise<void> listTools(const McpMessage& message, McpEra era, ResponseWriter& writer);
  kj::Promise<void> callTool(McpMessage& message, McpEra era, const HttpRequest& request,
                             ResponseWriter& writer);
  // Answers through the reply.
  kj::Promise<void> work(McpToolKind kind, McpToolCall& call);

  SupervisorLink& link_;
  const RequestBounds bounds_;
  SessionCalls calls_;
  McpExecution execution_;
  McpSessions sessions_;
  McpFiles files_;
  McpRuns runs_;
};

}  // namespace brood::gateway::mcp
