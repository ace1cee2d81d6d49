#include "gateway/protocols/mcp/mcp_server.h"

#include "tests/unit/gateway/protocols/mcp/mcp_fixture.h"

namespace brood::gateway::mcp {
namespace {

using nlohmann::json;

using McpServerTest = McpTest;

TEST_F(McpServerTest, AHandshakeAgreesOnAVersion) {
  startGateway();
  for (const auto* version : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"}) {
    const auto response = send(oldBody("initialize", {{"protocolVersion", version}}));
    const auto result = response.json()["result"];
    EXPECT_EQ(result["protocolVersion"], version);
    EXPECT_EQ(result["serverInfo"]["name"], "brood");
    EXPECT_TRUE(result["capabilities"]["tools"].is_object());
    EXPECT_FALSE(response.headers.contains("mcp-session-id"));
  }
  const auto unknown = send(oldBody("initialize", {{"protocolVersion", "1999-01-01"}}));
  EXPECT_EQ(unknown.json()["result"]["protocolVersion"], "2025-11-25");
}

TEST_F(McpServerTest, NotificationsAndResponsesAreAccepted) {
  startGateway();
  for (const auto& body : {oldBody("notifications/initialized", nullptr, nullptr),
                           oldBody("notifications/cancelled", {{"requestId", 9}}, nullptr),
                           std::string(R"({"jsonrpc":"2.0","id":1,"result":{}})")}) {
    const auto response = send(body);
    EXPECT_EQ(response.status, 202u);
    EXPECT_EQ(response.body, "");
  }
}

TEST_F(McpServerTest, ThereIsOnlyPost) {
  startGateway();
  for (const auto* method : {"GET", "DELETE"}) {
    const auto response =
        ask(std::string(method) + " /mcp HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n");
    EXPECT_EQ(response.status, 405u) << method;
    EXPECT_EQ(response.headers.at("allow"), "POST");
  }
}

TEST_F(McpServerTest, PingIsOfTheOldEra) {
  startGateway();
  EXPECT_EQ(send(oldBody("ping")).json()["result"], json::object());
  const auto response = send(newBody("ping"), newHeaders("ping"));
  EXPECT_EQ(response.status, 404u);
  EXPECT_EQ(response.json()["error"]["code"], -32601);
}

TEST_F(McpServerTest, AnUnknownMethodIsSaidAsItsEraDoes) {
  startGateway();
  const auto old = send(oldBody("prompts/list", nullptr, "id"));
  EXPECT_EQ(old.status, 200u);
  EXPECT_EQ(old.json()["error"]["code"], -32601);
  EXPECT_EQ(old.json()["id"], "id");
  for (const auto* method : {"initialize", "logging/setLevel", "subscriptions/listen", "x"}) {
    const auto response = send(newBody(method, json::object(), "id"), newHeaders(method));
    EXPECT_EQ(response.status, 404u) << method;
    EXPECT_EQ(response.json()["error"]["code"], -32601);
    EXPECT_EQ(response.json()["id"], "id");
  }
}

TEST_F(McpServerTest, WhatCannotBeReadIsAnError) {
  startGateway();
  const auto parse = send("{");
  EXPECT_EQ(parse.status, 400u);
  EXPECT_EQ(parse.json()["error"]["code"], -32700);
  EXPECT_TRUE(parse.json()["id"].is_null());
  EXPECT_EQ(send("[]").json()["error"]["code"], -32600);
  const auto version = send(oldBody("ping"), "MCP-Protocol-Version: 1999-01-01\r\n");
  EXPECT_EQ(version.status, 400u);
  EXPECT_EQ(send(newBody("server/discover")).json()["error"]["code"], -32020);
  const auto type =
      ask("POST /mcp HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\n"
          "Content-Length: 2\r\n\r\n{}");
  EXPECT_EQ(type.status, 415u);
}

TEST_F(McpServerTest, AHeaderThatIsThereTwiceSaysNothing) {
  startGateway();
  const auto response = send(newBody("server/discover"),
                             newHeaders("server/discover") + "Mcp-Method: server/discover\r\n");
  EXPECT_EQ(response.json()["error"]["code"], -32020);
}

TEST_F(McpServerTest, DiscoverSaysWhatThereIs) {
  startGateway();
  const auto response = send(newBody("server/discover"), newHeaders("server/discover"));
  EXPECT_EQ(response.status, 200u);
  const auto result = response.json()["result"];
  EXPECT_EQ(result["supportedVersions"][0], "2026-07-28");
  EXPECT_TRUE(result["capabilities"]["tools"].is_object());
  EXPECT_EQ(result["resultType"], "complete");
  EXPECT_GE(result["ttlMs"], 0);
  EXPECT_EQ(result["cacheScope"], "public");
}

TEST_F(McpServerTest, ToolsAreListedWithOrWithoutASupervisor) {
  startGateway();
  const auto tools = send(oldBody("tools/list")).json()["result"];
  EXPECT_EQ(tools["tools"].size(), 9u);
  EXPECT_FALSE(tools.contains("ttlMs"));
  const auto fresh = send(newBody("tools/list"), newHeaders("tools/list")).json()["result"];
  EXPECT_EQ(fresh["tools"], tools["tools"]);
  EXPECT_TRUE(fresh.contains("ttlMs"));
  stopSupervisor();
  EXPECT_EQ(send(oldBody("tools/list")).json()["result"]["tools"].size(), 9u);
}

TEST_F(McpServerTest, AnUnknownToolIsAnErrorOfTheProtocol) {
  startGateway();
  const auto response = send(oldBody("tools/call", toolParams("none", json::object())));
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.json()["error"]["code"], -32602);
  const auto fresh = send(newBody("tools/call", toolParams("none", json::object())),
                          newHeaders("tools/call", "none"));
  EXPECT_EQ(fresh.status, 400u);
  EXPECT_EQ(fresh.json()["error"]["code"], -32602);
  EXPECT_EQ(send(oldBody("tools/call", toolParams("run_code", 3))).json()["error"]["code"], -32602);
  EXPECT_EQ(send(oldBody("tools/call")).json()["error"]["code"], -32602);
}

TEST_F(McpServerTest, AWrongArgumentIsForTheModel) {
  startGateway();
  const auto result = call("run_code", {{"cod", "x"}});
  EXPECT_EQ(result["isError"], true);
  EXPECT_NE(result["content"][0]["text"].get<std::string>().find("'cod'"), std::string::npos);
}

}  // namespace
}  // namespace brood::gateway::mcp
