#include "cli/bridge/bridge_line.h"

#include <gtest/gtest.h>

namespace brood::cli {
namespace {

using Lines = std::vector<std::string>;

constexpr char kNew[] =
    R"({"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"run_code","_meta":)"
    R"({"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}})";

TEST(BridgeLine, SaysWhatTheHeadersRepeat) {
  const auto line = readBridgeLine(kNew);
  EXPECT_EQ(line.id, "\"a\"");
  EXPECT_EQ(line.method, "tools/call");
  EXPECT_EQ(line.name, "run_code");
  const auto headers = bridgeHeaders(line, "2025-11-25");
  EXPECT_EQ(
      Lines(headers.begin() + 2, headers.end()),
      (Lines{"MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/call", "Mcp-Name: run_code"}));
}

TEST(BridgeLine, TheOldEraHasTheVersionThatWasAgreedOn) {
  const auto line = readBridgeLine(R"({"jsonrpc":"2.0","id":1,"method":"ping"})");
  EXPECT_EQ(bridgeHeaders(line, "").size(), 2u);
  EXPECT_EQ(bridgeHeaders(line, "2025-06-18").back(), "MCP-Protocol-Version: 2025-06-18");
  EXPECT_EQ(agreedVersion(R"({"result":{"protocolVersion":"2025-06-18"}})"), "2025-06-18");
  EXPECT_EQ(agreedVersion("no"), "");
}

TEST(BridgeLine, AHeaderHasNoLineEnd) {
  BridgeLine line;
  line.version = "2026-07-28";
  line.method = "tools/call";
  line.name = "a\r\nX: y";
  EXPECT_EQ(bridgeHeaders(line, "").back(), "Mcp-Name: =?base64?YQ0KWDogeQ==?=");
}

TEST(BridgeLine, SaysWhatItCancels) {
  EXPECT_EQ(
      readBridgeLine(R"({"method":"notifications/cancelled","params":{"requestId":7}})").cancelled,
      "7");
  EXPECT_EQ(readBridgeLine("not JSON").id, "");
  EXPECT_EQ(readBridgeLine("not JSON").cancelled, "");
}

TEST(BridgeLine, AnAnswerIsOnOneLine) {
  EXPECT_EQ(onOneLine("{\n\"a\":\r1}"), "{ \"a\": 1}");
  EXPECT_TRUE(isMessage(R"({"jsonrpc":"2.0"})"));
  EXPECT_FALSE(isMessage(R"({"error":{}})"));
  EXPECT_EQ(bridgeError("3", "\"x\""),
            R"({"jsonrpc":"2.0","id":3,"error":{"code":-32603,"message":"\"x\""}})");
}

}  // namespace
}  // namespace brood::cli
