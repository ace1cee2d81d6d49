#include "gateway/protocols/mcp/mcp_message.h"

#include <gtest/gtest.h>

namespace brood::gateway::mcp {
namespace {

McpMessage good(std::string_view body) {
  auto read = readMessage(body);
  const auto* refusal = std::get_if<McpRefusal>(&read);
  if (refusal != nullptr) ADD_FAILURE() << body << ": " << refusal->fault.message;
  return refusal == nullptr ? std::get<McpMessage>(read) : McpMessage();
}

McpRefusal bad(std::string_view body) {
  auto read = readMessage(body);
  EXPECT_TRUE(std::holds_alternative<McpRefusal>(read)) << body;
  auto* refusal = std::get_if<McpRefusal>(&read);
  return refusal == nullptr ? McpRefusal() : *refusal;
}

TEST(McpMessage, IsARequestWithAnId) {
  const auto message = good(R"({"jsonrpc":"2.0","id":"a\"b","method":"m","params":{"x":1}})");
  EXPECT_EQ(message.kind, McpMessage::Kind::request);
  EXPECT_EQ(message.id, R"("a\"b")");
  EXPECT_EQ(message.method, "m");
  EXPECT_EQ(message.params["x"], 1);
  EXPECT_EQ(good(R"({"jsonrpc":"2.0","id":-7,"method":"m"})").id, "-7");
}

TEST(McpMessage, IsANotificationWithoutOne) {
  EXPECT_EQ(good(R"({"jsonrpc":"2.0","method":"m"})").kind, McpMessage::Kind::notification);
}

TEST(McpMessage, IsAResponseWithoutAMethod) {
  EXPECT_EQ(good(R"({"jsonrpc":"2.0","id":1,"result":{}})").kind, McpMessage::Kind::response);
  EXPECT_EQ(good(R"({"jsonrpc":"2.0","id":1,"error":{}})").kind, McpMessage::Kind::response);
}

TEST(McpMessage, FindsItsMeta) {
  EXPECT_NE(good(R"({"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":{}}})").meta(), nullptr);
  EXPECT_EQ(good(R"({"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":3}})").meta(), nullptr);
  EXPECT_EQ(good(R"({"jsonrpc":"2.0","id":1,"method":"m"})").meta(), nullptr);
}

TEST(McpMessage, RefusesWhatIsNoJson) {
  for (const auto* body : {"", "{", "nothing", "{\"jsonrpc\":\"2.0\"}}", "\xff"}) {
    EXPECT_EQ(bad(body).fault.code, McpCode::parseError) << body;
    EXPECT_EQ(bad(body).fault.status, 400u);
    EXPECT_EQ(bad(body).id, "null");
  }
}

TEST(McpMessage, RefusesWhatIsNoMessage) {
  for (const auto* body :
       {"[]", R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])", "3", "null", "{}",
        R"({"id":1,"method":"m"})", R"({"jsonrpc":"1.0","id":1,"method":"m"})",
        R"({"jsonrpc":"2.0","id":null,"method":"m"})", R"({"jsonrpc":"2.0","id":1.5,"method":"m"})",
        R"({"jsonrpc":"2.0","id":{},"method":"m"})", R"({"jsonrpc":"2.0","id":1})",
        R"({"jsonrpc":"2.0","id":1,"method":3})"}) {
    EXPECT_EQ(bad(body).fault.code, McpCode::invalidRequest) << body;
  }
}

TEST(McpMessage, ARefusalHasTheIdThatThereWas) {
  EXPECT_EQ(bad(R"({"id":"x","method":"m"})").id, "\"x\"");
  EXPECT_EQ(bad(R"({"jsonrpc":"2.0","id":5,"method":"m","params":[]})").id, "5");
  EXPECT_EQ(bad(R"({"jsonrpc":"2.0","id":5,"method":"m","params":[]})").fault.code,
            McpCode::invalidParams);
}

TEST(McpMessage, AnIdIsNoLongerThanWhatMayBeRepeated) {
  const auto body = [](size_t bytes) {
    return R"({"jsonrpc":"2.0","method":"m","id":")" + std::string(bytes, 'x') + "\"}";
  };
  EXPECT_EQ(good(body(kMaxIdBytes - 2)).id.size(), kMaxIdBytes);
  EXPECT_EQ(bad(body(kMaxIdBytes)).fault.code, McpCode::invalidRequest);
}

TEST(McpMessage, ABodyIsBoundedInDepthAndNumber) {
  const std::string deep(100'000, '[');
  EXPECT_EQ(bad(R"({"jsonrpc":"2.0","id":1,"method":"m","params":{"a":)" + deep).fault.code,
            McpCode::parseError);
  std::string many = R"({"jsonrpc":"2.0","id":1,"method":"m","params":{"a":[)";
  for (int i = 0; i < 30'000; ++i) many += "1,";
  EXPECT_NE(bad(many + "1]}}").fault.message.find("values"), std::string::npos);
}

}  // namespace
}  // namespace brood::gateway::mcp
