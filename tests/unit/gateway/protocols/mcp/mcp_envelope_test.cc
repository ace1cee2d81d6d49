#include "gateway/protocols/mcp/mcp_envelope.h"

#include <gtest/gtest.h>

namespace brood::gateway::mcp {
namespace {

using nlohmann::json;

TEST(McpEnvelope, AFaultHasCodeMessageAndId) {
  const auto response =
      faultResponse({404, McpCode::methodNotFound, "no \"x\"", {{"a", 1}}}, "\"i\"");
  EXPECT_EQ(response.status, 404u);
  const auto body = json::parse(response.body);
  EXPECT_EQ(body["id"], "i");
  EXPECT_EQ(body["error"]["code"], -32601);
  EXPECT_EQ(body["error"]["message"], "no \"x\"");
  EXPECT_EQ(body["error"]["data"]["a"], 1);
  EXPECT_FALSE(json::parse(faultJson({}, "null"))["error"].contains("data"));
  EXPECT_EQ(json::parse(faultJson({}, ""))["id"], nullptr);
}

TEST(McpEnvelope, AResultOfTheOldEraHasNothingBesides) {
  std::string text;
  auto writer = beginResult(text, "1");
  writer.field("a", "b");
  endResult(text, writer, McpEra::handshake);
  EXPECT_EQ(text, R"({"jsonrpc":"2.0","id":1,"result":{"a":"b"}})");
}

TEST(McpEnvelope, AResultOfTheNewEraSaysHowLongItMayBeKept) {
  std::string text;
  auto writer = beginResult(text, "1");
  const McpCaching caching{5};
  endResult(text, writer, McpEra::stateless, &caching);
  const auto result = json::parse(text)["result"];
  EXPECT_EQ(result["resultType"], "complete");
  EXPECT_EQ(result["ttlMs"], 5);
  EXPECT_EQ(result["cacheScope"], "public");
  EXPECT_EQ(result["_meta"]["io.modelcontextprotocol/serverInfo"]["version"], BROOD_VERSION);
}

TEST(McpEnvelope, VersionsAreTheNewestFirst) {
  EXPECT_EQ(supportedVersions(),
            json({"2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"}));
  EXPECT_TRUE(isHandshakeVersion("2024-11-05"));
  EXPECT_FALSE(isHandshakeVersion("2026-07-28"));
}

}  // namespace
}  // namespace brood::gateway::mcp
