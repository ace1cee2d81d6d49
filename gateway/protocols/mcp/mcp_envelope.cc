#include "gateway/protocols/mcp/mcp_envelope.h"

#include <algorithm>
#include <array>

namespace brood::gateway::mcp {
namespace {

constexpr std::array<std::string_view, 4> kHandshakeVersions{kLatestHandshakeVersion, "2025-06-18",
                                                             kUnsaidVersion, "2024-11-05"};

}  // namespace

bool isHandshakeVersion(std::string_view version) {
  return std::find(kHandshakeVersions.begin(), kHandshakeVersions.end(), version) !=
         kHandshakeVersions.end();
}

nlohmann::json supportedVersions() {
  nlohmann::json versions = nlohmann::json::array({kStatelessVersion});
  for (const auto version : kHandshakeVersions) versions.push_back(version);
  return versions;
}

std::string faultJson(const McpFault& fault, std::string_view id) {
  nlohmann::json error = {{"code", static_cast<int>(fault.code)}, {"message", fault.message}};
  if (!fault.data.is_null()) error["data"] = fault.data;
  // A notification has none.
  const std::string whose(id.empty() ? "null" : id);
  return R"({"jsonrpc":"2.0","id":)" + whose + R"(,"error":)" + dumped(error) + "}";
}

HttpResponse faultResponse(const McpFault& fault, std::string_view id) {
  HttpResponse response;
  response.status = fault.status;
  response.body = faultJson(fault, id);
  return response;
}

JsonWriter beginResult(std::string& text, std::string_view id, JsonGaps* gaps) {
  text.append(R"({"jsonrpc":"2.0","id":)").append(id).append(R"(,"result":)");
  JsonWriter json(text, gaps);
  json.beginObject();
  return json;
}

void endResult(std::string& text, JsonWriter& json, McpEra era, const McpCaching* caching) {
  if (era == McpEra::stateless) {
    json.field("resultType", "complete");
    if (caching != nullptr) json.field("ttlMs", caching->ttlMs).field("cacheScope", "public");
    json.key("_meta").beginObject().key("io.modelcontextprotocol/serverInfo").beginObject();
    json.field("name", "brood").field("version", BROOD_VERSION).endObject().endObject();
  }
  json.endObject();
  text += '}';
}

std::string dumped(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace brood::gateway::mcp
