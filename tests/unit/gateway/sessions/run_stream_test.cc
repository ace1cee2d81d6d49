#include "gateway/sessions/run_stream.h"

#include "tests/unit/gateway/sessions/sessions_fixture.h"

namespace brood::gateway {
namespace {

using RunStreamTest = SessionsTest;
using Execute = FakeSessionState::Contexts::ExecuteContext;

TEST_F(RunStreamTest, EventsAreNumberedAndEndOnce) {
  startGateway();
  state().onExecute = [](Execute context) -> kj::Promise<void> {
    auto sink = context.getParams().getSink();
    auto started = sink.startedRequest();
    started.setId("cell-1");
    return started.send()
        .then([sink]() mutable { return sendOutput(sink, rpc::OutputStream::STDOUT, "a"); })
        .then([sink]() mutable { return sendOutput(sink, rpc::OutputStream::STDERR, "b"); })
        .then([context]() mutable {
          fillCellResult(context.getParams().getCell(),
                         context.getResults().initOutcome().initResult());
        });
  };
  const auto events = this->events("POST", "/v1/sessions/s1/execute", R"({"code":"x"})");
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[0].name, "start");
  EXPECT_EQ(events[1].name, "stdout");
  EXPECT_EQ(events[1].data["data"], "a");
  EXPECT_EQ(events[2].name, "stderr");
  EXPECT_EQ(events[3].name, "exit");
  EXPECT_EQ(events[3].data["execution_count"], 4);
  EXPECT_EQ(events[3].data["context"]["state"], "kept");
  EXPECT_FALSE(events[3].data.contains("stdout"));
  for (size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i].id, std::to_string(i + 1));
}

TEST_F(RunStreamTest, ARefusalBeforeTheFirstEventIsAnOrdinaryAnswer) {
  startGateway();
  state().rejectionKind = rpc::RejectionKind::CONFLICT;
  state().rejectionCode = "context_busy";
  const auto response = send("POST", "/v1/sessions/s1/execute", R"({"code":"x"})",
                             "Content-Type: application/json\r\nAccept: text/event-stream\r\n");
  EXPECT_EQ(response.status, 409u);
  EXPECT_EQ(response.errorCode(), "context_busy");
}

TEST_F(RunStreamTest, ALossInTheMiddleEndsInAnErrorEvent) {
  startGateway();
  state().onExecute = [](Execute context) -> kj::Promise<void> {
    auto sink = context.getParams().getSink();
    auto started = sink.startedRequest();
    started.setId("cell-1");
    return started.send().then(
        []() -> kj::Promise<void> { return KJ_EXCEPTION(FAILED, "the test's"); });
  };
  const auto events = this->events("POST", "/v1/sessions/s1/execute", R"({"code":"x"})");
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[1].name, "error");
  EXPECT_EQ(events[1].data["error"]["code"], "internal_error");
  EXPECT_EQ(events[1].id, "2");
}

}  // namespace
}  // namespace brood::gateway
