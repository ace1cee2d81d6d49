#include "gateway/protocols/mcp/mcp_era.h"

#include <gtest/gtest.h>

namespace brood::gateway::mcp {
namespace {

using nlohmann::json;

const json kMeta = {{"io.modelcontextprotocol/protocolVersion", "2026-07-28"},
                    {"io.modelcontextprotocol/clientCapabilities", json::object()}};

McpMessage message(const std::string& method, json params) {
  McpMessage result;
  result.method = method;
  result.params = std::move(params);
  return result;
}

McpMessage discover(const json& meta) { return message("server/discover", {{"_meta", meta}}); }

const McpHeaders kHeaders{.version = "2026-07-28", .method = "server/discover"};

int codeOf(const McpMessage& request, const McpHeaders& headers) {
  const auto judged = judgeEra(request, headers);
  const auto* fault = std::get_if<McpFault>(&judged);
  if (fault == nullptr) return 0;
  EXPECT_EQ(fault->status, 400u);
  EXPECT_FALSE(fault->message.empty());
  return static_cast<int>(fault->code);
}

McpEra eraOf(const McpMessage& request, const McpHeaders& headers) {
  const auto judged = judgeEra(request, headers);
  EXPECT_TRUE(std::holds_alternative<McpEra>(judged));
  return std::holds_alternative<McpEra>(judged) ? std::get<McpEra>(judged) : McpEra::handshake;
}

TEST(McpEra, IsTheOldOneWhereNothingSaysTheNew) {
  EXPECT_EQ(eraOf(message("ping", nullptr), {}), McpEra::handshake);
  for (const auto* version : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"}) {
    EXPECT_EQ(eraOf(message("ping", nullptr), {.version = version}), McpEra::handshake);
  }
  EXPECT_EQ(codeOf(message("ping", nullptr), {.version = "2025-01-01"}), -32022);
}

TEST(McpEra, IsTheNewOneByMetaOrByHeader) {
  EXPECT_EQ(eraOf(discover(kMeta), kHeaders), McpEra::stateless);
  EXPECT_EQ(codeOf(message("ping", nullptr), {.version = "2026-07-28", .method = "ping"}), -32602);
}

TEST(McpEra, MetaMustSayVersionAndCapabilities) {
  for (const auto& [name, value] : kMeta.items()) {
    json meta = kMeta;
    meta.erase(name);
    EXPECT_EQ(codeOf(discover(meta), kHeaders), -32602) << name;
  }
  json meta = kMeta;
  meta["io.modelcontextprotocol/clientCapabilities"] = 3;
  EXPECT_EQ(codeOf(discover(meta), kHeaders), -32602);
}

TEST(McpEra, HeadersSayWhatTheBodySays) {
  EXPECT_EQ(codeOf(discover(kMeta), {.method = "server/discover"}), -32020);
  EXPECT_EQ(codeOf(discover(kMeta), {.version = "2026-07-28"}), -32020);
  EXPECT_EQ(codeOf(discover(kMeta), {.version = "2026-07-28", .method = "ping"}), -32020);
  EXPECT_EQ(codeOf(discover(kMeta), {.version = "2025-11-25", .method = "server/discover"}),
            -32020);
}

TEST(McpEra, AnUnknownVersionIsToldWhichAreKnown) {
  json meta = kMeta;
  meta["io.modelcontextprotocol/protocolVersion"] = "v999";
  const auto judged = judgeEra(discover(meta), {.version = "v999", .method = "server/discover"});
  const auto& fault = std::get<McpFault>(judged);
  EXPECT_EQ(fault.code, McpCode::unsupportedVersion);
  EXPECT_EQ(fault.data["requested"], "v999");
  EXPECT_EQ(fault.data["supported"][0], "2026-07-28");
}

TEST(McpEra, ANameIsRepeatedToo) {
  const auto call = message("tools/call", {{"_meta", kMeta}, {"name", "run_code"}});
  McpHeaders headers{.version = "2026-07-28", .method = "tools/call"};
  EXPECT_EQ(codeOf(call, headers), -32020);
  headers.name = "run_command";
  EXPECT_EQ(codeOf(call, headers), -32020);
  headers.name = "run_code";
  EXPECT_EQ(codeOf(call, headers), 0);
}

TEST(McpEra, ANameMayBeEncoded) {
  const auto call = message("tools/call", {{"_meta", kMeta}, {"name", "grüße"}});
  McpHeaders headers{.version = "2026-07-28", .method = "tools/call"};
  headers.name = "=?base64?Z3LDvMOfZQ==?=";
  EXPECT_EQ(codeOf(call, headers), 0);
  for (const auto* wrong : {"=?base64?Z3LDvMOfZ", "=?base64?Z3L*?=", "=?base64?="}) {
    headers.name = wrong;
    EXPECT_EQ(codeOf(call, headers), -32020) << wrong;
  }
}

}  // namespace
}  // namespace brood::gateway::mcp
