#include "gateway/protocols/mcp/mcp_era.h"

#include "gateway/jobs/bounded_json.h"
#include "gateway/jobs/order_fields.h"

namespace brood::gateway::mcp {
namespace {

using nlohmann::json;

constexpr char kVersionKey[] = "io.modelcontextprotocol/protocolVersion";
constexpr char kCapabilitiesKey[] = "io.modelcontextprotocol/clientCapabilities";
constexpr std::string_view kEncodedStart = "=?base64?";
constexpr std::string_view kEncodedEnd = "?=";

McpFault invalidParams(std::string message) {
  return {400, McpCode::invalidParams, std::move(message)};
}

McpFault mismatch(std::string message) {
  return {400, McpCode::headerMismatch, std::move(message)};
}

McpFault unsupported(const json& requested) {
  return {400,
          McpCode::unsupportedVersion,
          "this version of the protocol is not spoken here",
          {{"supported", supportedVersions()}, {"requested", requested}}};
}

// A header's value as it was before it was made fit for one; null for what was not.
std::optional<std::string> decoded(const std::string& value) {
  if (!value.starts_with(kEncodedStart) || !value.ends_with(kEncodedEnd)) return value;
  const size_t length = value.size() - kEncodedStart.size();
  if (length < kEncodedEnd.size()) return value;
  std::string text = value.substr(kEncodedStart.size(), length - kEncodedEnd.size());
  if (decodeText(text, "base64", {})) return {};
  return text;
}

// The member of the params that Mcp-Name repeats; nullptr for methods without one.
const char* nameMember(const std::string& method) {
  if (method == "tools/call" || method == "prompts/get") return "name";
  if (method == "resources/read") return "uri";
  return nullptr;
}

std::optional<McpFault> checkHeaders(const McpMessage& message, const McpHeaders& headers,
                                     const json& version) {
  if (!headers.version || version != *headers.version) {
    return mismatch("the header MCP-Protocol-Version does not say what _meta says");
  }
  if (!headers.method || *headers.method != message.method) {
    return mismatch("the header Mcp-Method does not say what the body says");
  }
  const char* member = nameMember(message.method);
  const json* name = member == nullptr ? nullptr : memberOf(message.params, member);
  if (name == nullptr) return {};
  const auto said = headers.name ? decoded(*headers.name) : std::nullopt;
  if (said && *name == *said) return {};
  return mismatch(std::string("the header Mcp-Name does not say what params.") + member + " says");
}

std::variant<McpEra, McpFault> judgeStateless(const McpMessage& message, const McpHeaders& headers,
                                              const json* meta) {
  if (meta == nullptr) return invalidParams("params._meta is missing");
  for (const char* key : {kVersionKey, kCapabilitiesKey}) {
    if (!meta->contains(key)) {
      return invalidParams(std::string("params._meta has no '") + key + "'");
    }
  }
  const json& version = (*meta)[kVersionKey];
  if (auto fault = checkHeaders(message, headers, version)) return std::move(*fault);
  if (!(*meta)[kCapabilitiesKey].is_object()) {
    return invalidParams(std::string("'") + kCapabilitiesKey + "' must be an object");
  }
  if (version != kStatelessVersion) return unsupported(version);
  return McpEra::stateless;
}

}  // namespace

std::variant<McpEra, McpFault> judgeEra(const McpMessage& message, const McpHeaders& headers) {
  const json* meta = message.meta();
  const bool isSaidInBody = meta != nullptr && meta->contains(kVersionKey);
  if (isSaidInBody || headers.version == kStatelessVersion) {
    return judgeStateless(message, headers, meta);
  }
  if (headers.version && !isHandshakeVersion(*headers.version))
    return unsupported(*headers.version);
  return McpEra::handshake;
}

}  // namespace brood::gateway::mcp
