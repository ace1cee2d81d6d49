#pragma once
// One message of a client's: JSON-RPC 2.0, read from a request's body.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "gateway/protocols/mcp/mcp_envelope.h"

namespace brood::gateway::mcp {

struct McpMessage {
  enum class Kind { request, notification, response };
  Kind kind = Kind::request;
  std::string id = "null";  // As JSON, for an answer to repeat; null unless it is a request.
  std::string method;       // Empty in a response.
  nlohmann::json params;    // An object, or null where there were none.

  // `params._meta`, if it is an object; else nullptr.
  const nlohmann::json* meta() const;
};

// A message that cannot be answered as what it is, and the id that it seems to have.
struct McpRefusal {
  McpFault fault;
  std::string id = "null";
};

// The most that an id may have: it is repeated in whatever is said about its request.
inline constexpr size_t kMaxIdBytes = 1024;

// A body of any size that the connection lets through; how deep it nests and how many values it
// has is bounded. No batches.
std::variant<McpMessage, McpRefusal> readMessage(std::string_view body);

// A string, or a whole number, as JSON; empty if the value is no id.
std::string idText(const nlohmann::json& value);

}  // namespace brood::gateway::mcp
