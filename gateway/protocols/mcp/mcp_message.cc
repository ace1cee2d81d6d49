#include "gateway/protocols/mcp/mcp_message.h"

#include "gateway/jobs/bounded_json.h"

namespace brood::gateway::mcp {
namespace {

using nlohmann::json;

constexpr JsonBounds kBounds{.mostDepth = 64, .mostValues = 20'000};

McpRefusal invalid(std::string message, std::string id = "null") {
  return {{400, McpCode::invalidRequest, std::move(message)}, std::move(id)};
}

// The members that make a message of an object, but for its id.
std::variant<McpMessage, McpRefusal> readMembers(json&& object, std::string id) {
  McpMessage message;
  if (!object.contains("method")) {
    const bool isResponse = object.contains("result") || object.contains("error");
    if (!isResponse) return invalid("a message needs a 'method'", std::move(id));
    message.kind = McpMessage::Kind::response;
    return message;
  }
  if (!object["method"].is_string()) return invalid("'method' must be a string", std::move(id));
  message.method = std::move(object["method"].get_ref<std::string&>());
  if (auto params = object.find("params"); params != object.end()) {
    if (!params->is_object()) {
      return McpRefusal{{400, McpCode::invalidParams, "'params' must be an object"}, std::move(id)};
    }
    message.params = std::move(*params);
  }
  message.kind = id.empty() ? McpMessage::Kind::notification : McpMessage::Kind::request;
  message.id = id.empty() ? "null" : std::move(id);
  return message;
}

}  // namespace

const json* McpMessage::meta() const {
  if (!params.is_object()) return nullptr;
  const json* meta = memberOf(params, "_meta");
  return meta != nullptr && meta->is_object() ? meta : nullptr;
}

std::string idText(const json& value) {
  if (!value.is_string() && !value.is_number_integer()) return {};
  std::string text = dumped(value);
  return text.size() <= kMaxIdBytes ? text : std::string();
}

std::variant<McpMessage, McpRefusal> readMessage(std::string_view body) {
  auto parsed = parseBounded(body, kBounds);
  if (const auto* fault = std::get_if<JsonFault>(&parsed)) {
    return McpRefusal{{400, McpCode::parseError, "the body cannot be read: " + fault->text}};
  }
  auto& value = std::get<json>(parsed);
  if (value.is_array()) return invalid("batches are not taken: one message a request");
  if (!value.is_object()) return invalid("a message is a JSON object");
  std::string id;
  if (auto member = value.find("id"); member != value.end()) {
    id = idText(*member);
    if (id.empty()) {
      return invalid("'id' must be a string of at most " + std::to_string(kMaxIdBytes) +
                     " bytes or a whole number");
    }
  }
  const auto version = value.find("jsonrpc");
  if (version == value.end() || *version != "2.0") {
    return invalid("'jsonrpc' must be \"2.0\"", id.empty() ? "null" : std::move(id));
  }
  return readMembers(std::move(value), std::move(id));
}

}  // namespace brood::gateway::mcp
