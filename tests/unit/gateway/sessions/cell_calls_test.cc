#include "gateway/sessions/cell_calls.h"

#include "base/text.h"
#include "tests/unit/gateway/sessions/sessions_fixture.h"

namespace brood::gateway {
namespace {

using CellCallsTest = SessionsTest;
using Execute = FakeSessionState::Contexts::ExecuteContext;

TEST_F(CellCallsTest, AnswersAsAJobAndMore) {
  startGateway();
  const auto response =
      post("/v1/sessions/s1/execute", R"({"code":"x","stdin":"y","context":"mine"})");
  EXPECT_EQ(response.status, 200u);
  const auto result = response.json();
  EXPECT_EQ(result["status"], "ok");
  EXPECT_EQ(result["stdout"], "x");
  EXPECT_EQ(result["stderr"], "y");
  EXPECT_EQ(result["execution_count"], 4);
  EXPECT_EQ(result["context"],
            nlohmann::json::parse(R"({"id":"mine","state":"kept","new":false})"));
  EXPECT_EQ(result["late_output"], "");
  EXPECT_EQ(result["covers"], "context");
  EXPECT_FALSE(result.contains("error"));
}

TEST_F(CellCallsTest, GivesTheCellAllThatWasAsked) {
  startGateway();
  state().onExecute = [](Execute context) -> kj::Promise<void> {
    const auto cell = context.getParams().getCell();
    EXPECT_EQ(cell.getTimeoutMs(), 77u);
    EXPECT_EQ(cell.getLanguage(), "bash");
    EXPECT_EQ(cell.getEnv()[0].getName(), "A");
    EXPECT_TRUE(cell.getRich());
    EXPECT_TRUE(cell.getDetach());
    fillCellResult(cell, context.getResults().initOutcome().initResult());
    return kj::READY_NOW;
  };
  EXPECT_EQ(post("/v1/sessions/s1/execute",
                 R"({"code":"","timeout_ms":77,"language":"bash","env":{"A":"b"},
                     "rich":true,"detach":true})")
                .status,
            200u);
}

TEST_F(CellCallsTest, TellsOfErrorsAndLostContexts) {
  startGateway();
  state().onExecute = [](Execute context) -> kj::Promise<void> {
    auto result = context.getResults().initOutcome().initResult();
    fillCellResult(context.getParams().getCell(), result);
    result.getJob().setStatus(rpc::JobStatus::ERROR);
    static const std::string error = R"({"name":"E","value":"v","traceback":["a","b"]})";
    result.setError(asData(error));
    result.setContextState(rpc::ContextState::LOST);
    result.setContextIsNew(true);
    static const std::string late = "\xff";
    result.setLateOutput(asData(late));
    return kj::READY_NOW;
  };
  const auto result = post("/v1/sessions/s1/execute", R"({"code":"x"})").json();
  EXPECT_EQ(result["error"]["name"], "E");
  EXPECT_EQ(result["error"]["traceback"].size(), 2u);
  EXPECT_EQ(result["context"]["state"], "lost");
  EXPECT_EQ(result["context"]["new"], true);
  EXPECT_EQ(result["late_output"], "/w==");
  EXPECT_EQ(result["late_output_encoding"], "base64");
}

TEST_F(CellCallsTest, LargeOutputComesWhole) {
  startGateway();
  const std::string large(300'000, 'z');
  state().onExecute = [&large](Execute context) -> kj::Promise<void> {
    auto result = context.getResults().initOutcome().initResult();
    fillCellResult(context.getParams().getCell(), result);
    result.getJob().setStdout(asData(large));
    return kj::READY_NOW;
  };
  EXPECT_EQ(post("/v1/sessions/s1/execute", R"({"code":"x"})").json()["stdout"], large);
}

TEST_F(CellCallsTest, WhatFitsNoMessageIsRefusedBeforeItIsSent) {
  bounds = RequestBounds(config);
  bounds->maxMessageBytes = 2000;
  startGateway();
  const std::string code(3000, 'x');
  const auto response = post("/v1/sessions/s1/execute", R"({"code":")" + code + "\"}");
  EXPECT_EQ(response.status, 413u);
  EXPECT_TRUE(state().calls.empty());
}

TEST_F(CellCallsTest, NeedsCode) {
  startGateway();
  EXPECT_EQ(post("/v1/sessions/s1/execute", "{}").errorCode(), "missing_field");
  EXPECT_EQ(post("/v1/sessions/s1/execute").errorCode(), "invalid_json");
}

TEST_F(CellCallsTest, AClientThatLeavesInterruptsItsCell) {
  startGateway();
  auto cancelled = kj::newPromiseAndFulfiller<void>();
  auto begun = kj::newPromiseAndFulfiller<void>();
  state().onExecute = [&](Execute) -> kj::Promise<void> {
    begun.fulfiller->fulfill();
    return kj::Promise<void>(kj::NEVER_DONE).attach(kj::defer([&] {
      cancelled.fulfiller->fulfill();
    }));
  };
  auto client = connect();
  client.send(postRequest("/v1/sessions/s1/execute", R"({"code":"x"})"));
  begun.promise.wait(scope());
  client.close();
  cancelled.promise.wait(scope());
}

}  // namespace
}  // namespace brood::gateway
