#include "cli/bridge/bridge_line.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/output_text.h"

namespace brood::cli {
namespace {

using nlohmann::json;

constexpr char kVersionKey[] = "io.modelcontextprotocol/protocolVersion";

std::string dumped(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string textAt(const json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const json& memberAt(const json& object, const char* name) {
  static const json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(name);
  return found == object.end() ? kNothing : *found;
}

// The value itself where a header can have it, else encoded.
std::string headerValue(const std::string& value) {
  const bool isPlain =
      std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; }) &&
      !value.starts_with(' ') && !value.ends_with(' ') && !value.starts_with("=?base64?");
  return isPlain ? value : "=?base64?" + encodeBase64(value) + "?=";
}

}  // namespace

BridgeLine readBridgeLine(std::string_view line) {
  const json message = json::parse(line, nullptr, false);
  BridgeLine result;
  if (!message.is_object()) return result;
  result.method = textAt(message, "method");
  const json& id = memberAt(message, "id");
  if (!result.method.empty() && !id.is_null()) result.id = dumped(id);
  const json& params = memberAt(message, "params");
  result.version = textAt(memberAt(params, "_meta"), kVersionKey);
  result.name = textAt(params, result.method == "resources/read" ? "uri" : "name");
  if (result.method == "notifications/cancelled") {
    result.cancelled = dumped(memberAt(params, "requestId"));
  }
  return result;
}

std::vector<std::string> bridgeHeaders(const BridgeLine& line, const std::string& agreed) {
  std::vector<std::string> headers{"Content-Type: application/json",
                                   "Accept: application/json, text/event-stream"};
  if (line.version.empty()) {
    if (!agreed.empty()) headers.push_back("MCP-Protocol-Version: " + headerValue(agreed));
    return headers;
  }
  headers.push_back("MCP-Protocol-Version: " + headerValue(line.version));
  headers.push_back("Mcp-Method: " + headerValue(line.method));
  if (!line.name.empty()) headers.push_back("Mcp-Name: " + headerValue(line.name));
  return headers;
}

std::string agreedVersion(std::string_view answer) {
  const json message = json::parse(answer, nullptr, false);
  return textAt(memberAt(message, "result"), "protocolVersion");
}

std::string bridgeError(const std::string& id, const std::string& message) {
  const json error = {{"code", -32603}, {"message", message}};
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"error":)" + dumped(error) + "}";
}

std::string onOneLine(std::string json) {
  std::replace_if(
      json.begin(), json.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return json;
}

bool isMessage(std::string_view body) {
  const json message = json::parse(body, nullptr, false);
  return message.is_object() && message.contains("jsonrpc");
}

}  // namespace brood::cli
