#pragma once
// The frame of every message to a client: JSON-RPC 2.0, and what an era adds to results.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "gateway/http/message.h"
#include "rpc/calls/json_writer.h"

namespace brood::gateway::mcp {

// The handshake era has connections that begin with `initialize`; in the stateless one each request
// says for itself what it needs.
enum class McpEra { handshake, stateless };

inline constexpr std::string_view kStatelessVersion = "2026-07-28";
inline constexpr std::string_view kLatestHandshakeVersion = "2025-11-25";
// The version of a client of the handshake era that does not say.
inline constexpr std::string_view kUnsaidVersion = "2025-03-26";

bool isHandshakeVersion(std::string_view version);
// "2026-07-28" and all before, the newest first.
nlohmann::json supportedVersions();

// Codes of JSON-RPC, and the protocol's own.
enum class McpCode {
  parseError = -32700,
  invalidRequest = -32600,
  methodNotFound = -32601,
  invalidParams = -32602,
  internalError = -32603,
  headerMismatch = -32020,
  unsupportedVersion = -32022,
};

// A request that is answered by an error, and the status that this has in HTTP.
struct McpFault {
  unsigned status = 400;
  McpCode code = McpCode::invalidRequest;
  std::string message;
  nlohmann::json data = {};  // Null: none.
};

// `id` is JSON: the request's, or null.
std::string faultJson(const McpFault& fault, std::string_view id);
HttpResponse faultResponse(const McpFault& fault, std::string_view id);

// How long, and by whom, a result may be kept; for lists and the like.
struct McpCaching {
  uint64_t ttlMs = 0;
};

// A result is written as an object: `{"jsonrpc","id","result":{` by beginResult(), its members, and
// the rest by endResult(). What an era wants in every result comes with the latter.
JsonWriter beginResult(std::string& text, std::string_view id, JsonGaps* gaps = nullptr);
void endResult(std::string& text, JsonWriter& json, McpEra era,
               const McpCaching* caching = nullptr);

// Texts are ours, or have been read as JSON: nothing in them can make this throw.
std::string dumped(const nlohmann::json& value);

}  // namespace brood::gateway::mcp
