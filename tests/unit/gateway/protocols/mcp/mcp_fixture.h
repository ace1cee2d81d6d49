#pragma once
// The gateway with MCP switched on, a fake supervisor, and clients of both eras.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/protocols/mcp/mcp_server.h"
#include "tests/unit/gateway/gateway_fixture.h"

namespace brood::gateway::mcp {

class McpTest : public GatewayTest {
 protected:
  McpTest();

  FakeSessionState& state() { return fake().sessionState; }
  McpServer& mcp() { return *mcp_; }

  // Bodies of the two eras.
  static std::string oldBody(std::string_view method, const nlohmann::json& params = nullptr,
                             const nlohmann::json& id = 1);
  static std::string newBody(std::string_view method,
                             nlohmann::json params = nlohmann::json::object(),
                             const nlohmann::json& id = 1);
  // The whole request; `headers` besides those that every client sends.
  static std::string post(std::string_view body, std::string_view headers = "");
  static std::string newHeaders(std::string_view method, std::string_view name = "");

  ClientResponse send(std::string_view body, std::string_view headers = "") {
    return ask(post(body, headers));
  }
  // A tool's result in the old era.
  nlohmann::json call(std::string_view tool, const nlohmann::json& arguments);
  static nlohmann::json toolParams(std::string_view tool, const nlohmann::json& arguments);

 private:
  std::optional<McpServer> mcp_;
};

// The messages of an event stream; comments are left out.
std::vector<nlohmann::json> messagesOf(std::string_view stream);

}  // namespace brood::gateway::mcp
