#include "tests/unit/gateway/protocols/mcp/mcp_fixture.h"

namespace brood::gateway::mcp {

using nlohmann::json;

McpTest::McpTest() {
  addRoutes = [this](Router& router, SupervisorLink& link) {
    mcp_.emplace(link, bounds ? *bounds : RequestBounds(config), frontDesk().jobs(),
                 frontDesk().sessions());
    mcp_->addRoutes(router);
  };
}

std::string McpTest::oldBody(std::string_view method, const json& params, const json& id) {
  json body = {{"jsonrpc", "2.0"}, {"method", method}};
  if (!params.is_null()) body["params"] = params;
  if (!id.is_null()) body["id"] = id;
  return body.dump();
}

std::string McpTest::newBody(std::string_view method, json params, const json& id) {
  params["_meta"]["io.modelcontextprotocol/protocolVersion"] = "2026-07-28";
  params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = json::object();
  return oldBody(method, params, id);
}

std::string McpTest::post(std::string_view body, std::string_view headers) {
  std::string request =
      "POST /mcp HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
      "Accept: application/json, text/event-stream\r\n";
  request.append(headers);
  request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return request.append(body);
}

std::string McpTest::newHeaders(std::string_view method, std::string_view name) {
  std::string headers = "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: ";
  headers.append(method).append("\r\n");
  if (!name.empty()) headers.append("Mcp-Name: ").append(name).append("\r\n");
  return headers;
}

json McpTest::toolParams(std::string_view tool, const json& arguments) {
  return {{"name", tool}, {"arguments", arguments}};
}

json McpTest::call(std::string_view tool, const json& arguments) {
  const auto response = send(oldBody("tools/call", toolParams(tool, arguments)));
  EXPECT_EQ(response.status, 200u) << response.body;
  return response.json()["result"];
}

std::vector<json> messagesOf(std::string_view stream) {
  constexpr std::string_view kStart = "event: message\ndata: ";
  std::vector<json> messages;
  while (!stream.empty()) {
    const auto block = stream.substr(0, stream.find("\n\n"));
    stream.remove_prefix(std::min(stream.size(), block.size() + 2));
    if (block.starts_with(kStart)) messages.push_back(json::parse(block.substr(kStart.size())));
  }
  return messages;
}

}  // namespace brood::gateway::mcp
