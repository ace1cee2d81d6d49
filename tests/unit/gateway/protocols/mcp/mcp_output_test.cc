#include "gateway/protocols/mcp/mcp_output.h"

#include "tests/unit/gateway/protocols/mcp/mcp_fixture.h"
#include "tests/unit/gateway/sessions/sessions_fixture.h"

namespace brood::gateway::mcp {
namespace {

using nlohmann::json;

using McpOutputTest = McpTest;

kj::Promise<void> sendResult(rpc::OutputSink::Client sink, const char* mime,
                             std::string_view data) {
  auto call = sink.resultRequest();
  auto result = call.initResult();
  result.setMime(mime);
  result.setData({reinterpret_cast<const kj::byte*>(data.data()), data.size()});
  result.setObject(3);
  return call.send();
}

TEST_F(McpOutputTest, ACharacterIsNeverCut) {
  startGateway();
  fake().onRun = [](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    auto sink = context.getParams().getSink();
    FakeSupervisor::fillResult(context.getResults().initOutcome().initResult());
    return sendOutput(sink, rpc::OutputStream::STDOUT, "gr\xc3")
        .then([sink]() mutable {
          return sendOutput(sink, rpc::OutputStream::STDOUT, "\xbc\xc3\x9f");
        })
        .then([sink]() mutable { return sendResult(sink, "text/plain", "42"); });
  };
  json params = toolParams("run_code", {{"code", "x"}});
  params["_meta"]["progressToken"] = 5;
  const auto messages = messagesOf(send(oldBody("tools/call", params)).body);
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_EQ(messages[0]["params"]["message"], "gr");
  EXPECT_EQ(messages[0]["params"]["progressToken"], 5);
  EXPECT_EQ(messages[1]["params"]["message"], "üß");
  const auto values = messages[2]["result"]["structuredContent"];
  EXPECT_EQ(values["stdout"], "grüß");
  EXPECT_EQ(values["results"][0]["data"], "42");
}

TEST_F(McpOutputTest, WhatFindsNoRoomEndsTheRun) {
  settings.maxBufferedBytes = 64 << 10;
  startGateway();
  auto cancelled = fake().whenRunCancelled();
  const std::string much(256 << 10, 'x');
  fake().onRun = [&much](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    return sendOutput(context.getParams().getSink(), rpc::OutputStream::STDOUT, much)
        .catch_([](kj::Exception&&) {})
        .then([]() -> kj::Promise<void> { return kj::NEVER_DONE; });
  };
  json params = toolParams("run_code", {{"code", "x"}});
  params["_meta"]["progressToken"] = 5;
  const auto response = send(oldBody("tools/call", params));
  EXPECT_EQ(response.json()["result"]["isError"], true);
  cancelled.wait(scope());
}

}  // namespace
}  // namespace brood::gateway::mcp
