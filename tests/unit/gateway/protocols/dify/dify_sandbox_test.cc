#include "gateway/protocols/dify/dify_sandbox.h"

#include <optional>

#include "tests/unit/gateway/gateway_fixture.h"

namespace brood::gateway::dify {
namespace {

using nlohmann::json;

class DifySandboxTest : public GatewayTest {
 protected:
  DifySandboxTest() {
    addRoutes = [this](Router& router, SupervisorLink& link) {
      sandbox_.emplace(link, RequestBounds(config), nullptr);
      sandbox_->addRoutes(router);
    };
  }

 private:
  std::optional<DifySandbox> sandbox_;
};

TEST_F(DifySandboxTest, RunsCode) {
  startGateway();
  fake().onRun = [](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    const auto job = context.getParams().getJob();
    auto result = context.getResults().initOutcome().initResult();
    result.setHasExitCode(true);
    result.setStdout(job.getCode());
    return kj::READY_NOW;
  };
  const auto response =
      ask(postRequest("/v1/sandbox/run", R"json({"language":"python3","code":"print(1)"})json"));
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.json()["data"]["stdout"], "print(1)");
  EXPECT_EQ(response.json()["code"], 0);
}

TEST_F(DifySandboxTest, SaysWhatIsWrong) {
  startGateway();
  const auto wrong = ask(postRequest("/v1/sandbox/run", R"({"language":"python3"})"));
  EXPECT_EQ(wrong.status, 200u);
  EXPECT_EQ(wrong.json()["code"], -400);
  EXPECT_EQ(ask(postRequest("/v1/sandbox/run", R"({"language":"x","code":""})")).status, 400u);
}

TEST_F(DifySandboxTest, AnswersWhatIsAskedOfDependencies) {
  startGateway();
  EXPECT_EQ(ask(postRequest("/v1/sandbox/dependencies/update", "{}")).json()["code"], 0);
  EXPECT_EQ(ask("GET /v1/sandbox/dependencies/refresh HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .json()["code"],
            0);
  const auto listed =
      ask("GET /v1/sandbox/dependencies?language=python3 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(listed.status, 200u);
  EXPECT_TRUE(listed.json()["data"]["dependencies"].is_array());
  EXPECT_EQ(
      ask("GET /v1/sandbox/dependencies?language=cobol HTTP/1.1\r\nHost: localhost\r\n\r\n").status,
      400u);
}

TEST_F(DifySandboxTest, WithoutASupervisorItIsBusy) {
  startGateway();
  stopSupervisor();
  const auto response = ask(postRequest("/v1/sandbox/run", R"({"language":"python3","code":""})"));
  EXPECT_EQ(response.status, 503u);
  EXPECT_EQ(response.json()["code"], -503);
}

}  // namespace
}  // namespace brood::gateway::dify
