#pragma once
// Which era a request is of, and whether its headers say what its body says.

#include <optional>
#include <string>
#include <variant>

#include "gateway/protocols/mcp/mcp_message.h"

namespace brood::gateway::mcp {

// The headers that repeat what the body says, so that those on the way need not read it.
struct McpHeaders {
  std::optional<std::string> version = {};  // MCP-Protocol-Version
  std::optional<std::string> method = {};   // Mcp-Method
  std::optional<std::string> name = {};     // Mcp-Name
};

// A request is of the stateless era if its _meta says a version, or its header says that of this
// era. Nothing is taken from either that is not in both.
std::variant<McpEra, McpFault> judgeEra(const McpMessage& message, const McpHeaders& headers);

}  // namespace brood::gateway::mcp
