#include "gateway/protocols/mcp/mcp_sessions.h"

#include "tests/unit/gateway/protocols/mcp/mcp_fixture.h"

namespace brood::gateway::mcp {
namespace {

using nlohmann::json;

using McpSessionsTest = McpTest;

std::string said(const json& result) { return result["content"][0]["text"].get<std::string>(); }

TEST_F(McpSessionsTest, AreOpenedListedAndClosed) {
  startGateway();
  const auto opened = call("create_session", {{"language", "python"}, {"timeout_seconds", 60}});
  EXPECT_EQ(opened["isError"], false);
  EXPECT_EQ(opened["structuredContent"], json({{"session", "s1"}}));
  EXPECT_NE(said(opened).find("s1"), std::string::npos);
  const auto listed = call("list_sessions", json::object())["structuredContent"];
  EXPECT_EQ(listed["sessions"][0]["session"], "s1");
  EXPECT_EQ(listed["sessions"][0]["state"], "running");
  EXPECT_EQ(call("close_session", {{"session", "s1"}})["structuredContent"],
            json({{"closed", true}}));
  EXPECT_EQ(state().calls.back(), "close");
}

TEST_F(McpSessionsTest, CannotBeCopiedYet) {
  startGateway();
  const auto result = call("fork_session", {{"session", "s1"}});
  EXPECT_EQ(result["isError"], true);
  EXPECT_NE(said(result).find("not supported yet"), std::string::npos);
}

TEST_F(McpSessionsTest, WhatIsNotThereIsForTheModel) {
  startGateway();
  state().rejectionCode = "session_not_found";
  const auto result = call("close_session", {{"session", "s9"}});
  EXPECT_EQ(result["isError"], true);
  EXPECT_NE(said(result).find("session_not_found"), std::string::npos);
  stopSupervisor();
  for (const auto* tool : {"create_session", "list_sessions"}) {
    EXPECT_EQ(call(tool, json::object())["isError"], true) << tool;
  }
}

}  // namespace
}  // namespace brood::gateway::mcp
