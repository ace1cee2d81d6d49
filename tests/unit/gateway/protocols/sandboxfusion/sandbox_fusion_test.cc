#include "gateway/protocols/sandboxfusion/sandbox_fusion.h"

#include <optional>

#include "tests/unit/gateway/gateway_fixture.h"

namespace brood::gateway::sandboxfusion {
namespace {

class SandboxFusionTest : public GatewayTest {
 protected:
  SandboxFusionTest() {
    addRoutes = [this](Router& router, SupervisorLink& link) {
      fusion_.emplace(link, RequestBounds(config), nullptr);
      fusion_->addRoutes(router);
    };
  }

 private:
  std::optional<SandboxFusion> fusion_;
};

TEST_F(SandboxFusionTest, RunsCode) {
  startGateway();
  uint64_t wallTimeMs = 0;
  fake().onRun = [&](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    wallTimeMs = context.getParams().getJob().getLimits().getWallTimeMs();
    auto result = context.getResults().initOutcome().initResult();
    result.setHasExitCode(true);
    result.setStdout(context.getParams().getJob().getCode());
    return kj::READY_NOW;
  };
  const auto response =
      ask(postRequest("/run_code", R"({"code":"x","language":"python","run_timeout":3})"));
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.json()["status"], "Success");
  EXPECT_EQ(response.json()["run_result"]["stdout"], "x");
  EXPECT_EQ(wallTimeMs, 3'000u);
}

TEST_F(SandboxFusionTest, AMistakeIsA422) {
  startGateway();
  const auto response = ask(postRequest("/run_code", R"({"code":"x","language":"cobol"})"));
  EXPECT_EQ(response.status, 422u);
  EXPECT_EQ(response.json()["detail"][0]["loc"][1], "language");
}

TEST_F(SandboxFusionTest, AnswersPings) {
  startGateway();
  EXPECT_EQ(ask("GET /v1/ping HTTP/1.1\r\nHost: localhost\r\n\r\n").body, "\"pong\"");
}

TEST_F(SandboxFusionTest, WithoutASupervisorItMayBeTriedAgain) {
  startGateway();
  stopSupervisor();
  EXPECT_EQ(ask(postRequest("/run_code", R"({"code":"x","language":"python"})")).status, 503u);
}

}  // namespace
}  // namespace brood::gateway::sandboxfusion
