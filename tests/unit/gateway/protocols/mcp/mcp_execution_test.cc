#include "gateway/protocols/mcp/mcp_execution.h"

#include "base/text.h"
#include "tests/unit/gateway/protocols/mcp/mcp_fixture.h"
#include "tests/unit/gateway/sessions/sessions_fixture.h"

namespace brood::gateway::mcp {
namespace {

using nlohmann::json;
using Execute = FakeSessionState::Contexts::ExecuteContext;

using McpExecutionTest = McpTest;

json withProgress(json params) {
  params["_meta"]["progressToken"] = "t1";
  return params;
}

TEST_F(McpExecutionTest, RunsCodeInASandboxOfItsOwn) {
  startGateway();
  fake().onRun = [](FakeSupervisor::RunContext context) {
    const auto job = context.getParams().getJob();
    EXPECT_EQ(job.getLanguage(), "python");
    EXPECT_TRUE(job.getRich());
    EXPECT_EQ(job.getLimits().getWallTimeMs(), 2500u);
    return FakeSupervisor::echo(kj::mv(context));
  };
  const auto result = call("run_code", {{"code", "print(1)"}, {"timeout_seconds", 2.5}});
  EXPECT_EQ(result["isError"], false);
  EXPECT_EQ(result["structuredContent"]["stdout"], "print(1)");
  EXPECT_TRUE(result["structuredContent"]["session"].is_null());
}

TEST_F(McpExecutionTest, RunsCommandsByBash) {
  startGateway();
  fake().onRun = [](FakeSupervisor::RunContext context) {
    EXPECT_EQ(context.getParams().getJob().getLanguage(), "bash");
    return FakeSupervisor::echo(kj::mv(context));
  };
  EXPECT_EQ(call("run_command", {{"command", "ls"}})["structuredContent"]["stdout"], "ls");
  EXPECT_EQ(call("run_command", {{"command", "ls"}, {"cwd", "a'b"}})["structuredContent"]["stdout"],
            "cd -- 'a'\\''b' || exit; ls");
}

TEST_F(McpExecutionTest, ARefusalOfTheSupervisorsIsForTheModel) {
  startGateway();
  fake().onRun = [](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    auto rejection = context.getResults().initOutcome().initRejected();
    rejection.setCode("unknown_language");
    rejection.setMessage("there is no language cobol");
    return kj::READY_NOW;
  };
  const auto result = call("run_code", {{"code", "x"}, {"language", "cobol"}});
  EXPECT_EQ(result["isError"], true);
  EXPECT_EQ(result["content"][0]["text"], "unknown_language: there is no language cobol");
  stopSupervisor();
  EXPECT_NE(call("run_code", {{"code", "x"}})["content"][0]["text"].get<std::string>().find(
                "supervisor_unavailable"),
            std::string::npos);
}

TEST_F(McpExecutionTest, RunsACellInASession) {
  startGateway();
  const auto result = call("run_code", {{"code", "x = 1"}, {"session", "s1"}});
  EXPECT_EQ(result["structuredContent"]["stdout"], "x = 1");
  EXPECT_EQ(result["structuredContent"]["session"], "s1");
  EXPECT_EQ(state().calls.back(), "execute");
}

TEST_F(McpExecutionTest, RunsACommandInASession) {
  startGateway();
  const auto result = call("run_command", {{"command", "ls -l"}, {"session", "s1"}, {"cwd", "/a"}});
  EXPECT_EQ(result["isError"], false);
  EXPECT_EQ(state().calls.back(), "start /bin/bash -c ls -l");
}

TEST_F(McpExecutionTest, AnUnknownSessionIsForTheModel) {
  startGateway();
  state().rejectionCode = "session_not_found";
  for (const auto* tool : {"run_code", "run_command"}) {
    const auto result = call(
        tool, {{"session", "s1"}, {std::string(tool) == "run_code" ? "code" : "command", "x"}});
    EXPECT_EQ(result["isError"], true);
    EXPECT_NE(result["content"][0]["text"].get<std::string>().find("session_not_found"),
              std::string::npos);
  }
}

TEST_F(McpExecutionTest, ACellsErrorIsInTheResult) {
  startGateway();
  state().onExecute = [](Execute context) -> kj::Promise<void> {
    auto result = context.getResults().initOutcome().initResult();
    fillCellResult(context.getParams().getCell(), result);
    result.getJob().setStatus(rpc::JobStatus::ERROR);
    static const std::string error = R"({"name":"E","value":"v","traceback":["a","b"]})";
    result.setError(asData(error));
    return kj::READY_NOW;
  };
  const auto result = call("run_code", {{"code", "x"}, {"session", "s1"}});
  EXPECT_EQ(result["isError"], true);
  EXPECT_EQ(result["structuredContent"]["error"]["name"], "E");
  EXPECT_EQ(result["content"][0]["text"], "x\na\nb");
}

TEST_F(McpExecutionTest, ProgressComesBeforeTheResult) {
  startGateway();
  fake().onRun = [](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    auto sink = context.getParams().getSink();
    FakeSupervisor::fillResult(context.getResults().initOutcome().initResult());
    return sendOutput(sink, rpc::OutputStream::STDOUT, "one\n").then([sink]() mutable {
      return sendOutput(sink, rpc::OutputStream::STDERR, "two\n");
    });
  };
  const auto params = withProgress(toolParams("run_code", {{"code", "x"}}));
  const auto response = send(oldBody("tools/call", params));
  EXPECT_EQ(response.headers.at("content-type"), "text/event-stream");
  const auto messages = messagesOf(response.body);
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_EQ(messages[0]["method"], "notifications/progress");
  EXPECT_EQ(messages[0]["params"]["progressToken"], "t1");
  EXPECT_EQ(messages[0]["params"]["message"], "one\n");
  EXPECT_LT(messages[0]["params"]["progress"], messages[1]["params"]["progress"]);
  EXPECT_EQ(messages[2]["id"], 1);
  EXPECT_EQ(messages[2]["result"]["structuredContent"]["stdout"], "one\n");
  EXPECT_EQ(messages[2]["result"]["structuredContent"]["stderr"], "two\n");
}

TEST_F(McpExecutionTest, WithoutEventStreamsThereIsNoProgress) {
  startGateway();
  const auto body =
      oldBody("tools/call", withProgress(toolParams("run_code", {{"code", "whole"}})));
  const auto response =
      ask("POST /mcp HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
          "Accept: application/json\r\nContent-Length: " +
          std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_EQ(response.headers.at("content-type"), "application/json");
  EXPECT_EQ(response.json()["result"]["structuredContent"]["stdout"], "whole");
}

TEST_F(McpExecutionTest, ALargeJobIsRefusedBeforeItIsSent) {
  bounds = RequestBounds(config);
  bounds->maxMessageBytes = 2000;
  startGateway();
  const std::string code(3000, 'x');
  EXPECT_EQ(call("run_code", {{"code", code}})["isError"], true);
  EXPECT_EQ(call("run_code", {{"code", code}, {"session", "s1"}})["isError"], true);
  EXPECT_EQ(fake().runsBegun, 0u);
}

TEST_F(McpExecutionTest, LargeOutputComesWhole) {
  startGateway();
  const std::string code(300'000, 'x');
  EXPECT_EQ(call("run_code", {{"code", code}})["structuredContent"]["stdout"], code);
}

}  // namespace
}  // namespace brood::gateway::mcp
