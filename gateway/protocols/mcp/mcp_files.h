#pragma once
// write_file, read_file, list_files.

#include "gateway/protocols/mcp/mcp_sessions.h"

namespace brood::gateway::mcp {

class McpFiles {
 public:
  // Borrowed.
  explicit McpFiles(SessionCalls& calls) : calls_(calls) {}

  // As those of McpSessions.
  kj::Promise<void> write(McpToolCall& call);
  kj::Promise<void> read(McpToolCall& call);
  kj::Promise<void> list(McpToolCall& call);

 private:
  using WithSession = std::function<kj::Promise<void>(rpc::Session::Client)>;
  kj::Promise<void> inSession(McpToolCall& call, WithSession then);
  void note(const McpToolCall& call, const char* verdict, const std::string& path);

  SessionCalls& calls_;
};

}  // namespace brood::gateway::mcp
