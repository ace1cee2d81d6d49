#include "gateway/protocols/mcp/mcp_reply.h"

#include "tests/unit/gateway/protocols/mcp/mcp_fixture.h"

namespace brood::gateway::mcp {
namespace {

using nlohmann::json;

// A route on which a test says what is replied.
class McpReplyTest : public McpTest {
 protected:
  using Speak = std::function<kj::Promise<void>(McpReply&)>;

  ClientResponse replied(McpReply::Manner manner, Speak speak) {
    addRoutes = [manner, speak](Router& router, SupervisorLink&) {
      router.add("POST", "/mcp", [manner, speak](HttpRequest&, ResponseWriter& writer) {
        auto reply = kj::refcounted<McpReply>(writer, manner);
        auto& borrowed = *reply;
        return speak(borrowed).attach(kj::mv(reply));
      });
    };
    startGateway();
    return send("{}");
  }
};

TEST_F(McpReplyTest, IsJsonWhereNothingCameBefore) {
  const auto response = replied({.id = "1", .mayStream = true}, [](McpReply& reply) {
    EXPECT_FALSE(reply.wantsProgress());
    return reply.progress("nobody asked").then([&reply] { return reply.finish("{}"); });
  });
  EXPECT_EQ(response.headers.at("content-type"), "application/json");
  EXPECT_EQ(response.body, "{}");
}

TEST_F(McpReplyTest, IsAStreamAfterProgress) {
  const auto response =
      replied({.id = "1", .mayStream = true, .progressToken = "\"t\""}, [](McpReply& reply) {
        EXPECT_TRUE(reply.wantsProgress());
        return reply.progress("a").then([&reply] { return reply.finish(R"({"b":1})"); });
      });
  EXPECT_EQ(response.headers.at("content-type"), "text/event-stream");
  const auto messages = messagesOf(response.body);
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0]["params"]["message"], "a");
  EXPECT_EQ(messages[1]["b"], 1);
}

TEST_F(McpReplyTest, LongProgressIsSeveralEvents) {
  std::string text(200'000, 'x');
  text += "ü";
  const auto response =
      replied({.id = "1", .mayStream = true, .progressToken = "1"}, [&text](McpReply& reply) {
        return reply.progress(text).then([&reply] { return reply.finish("{}"); });
      });
  std::string joined;
  uint64_t before = 0;
  auto messages = messagesOf(response.body);
  messages.pop_back();
  for (const auto& message : messages) {
    joined += message["params"]["message"].get<std::string>();
    EXPECT_GT(message["params"]["progress"].get<uint64_t>(), before);
    before = message["params"]["progress"];
  }
  EXPECT_GT(messages.size(), 1u);
  EXPECT_EQ(joined, text);
}

TEST_F(McpReplyTest, AnEventIsNoLargerThanClientsTake) {
  const auto response =
      replied({.id = "1", .mayStream = true, .progressToken = "1"}, [](McpReply& reply) {
        return reply.progress("a").then(
            [&reply] { return reply.finish("\"" + std::string(kMaxEventBytes, 'x') + "\""); });
      });
  const auto last = messagesOf(response.body).back();
  EXPECT_EQ(last["result"]["isError"], true);
}

TEST_F(McpReplyTest, WhatIsGivenUpHasNoAnswer) {
  const auto response =
      replied({.id = "1", .mayStream = true, .progressToken = "1"}, [](McpReply& reply) {
        return reply.progress("a").then([&reply] { return reply.giveUp(); });
      });
  EXPECT_EQ(messagesOf(response.body).size(), 1u);
}

}  // namespace
}  // namespace brood::gateway::mcp
