#include "gateway/protocols/mcp/mcp_runs.h"

#include "tests/unit/gateway/protocols/mcp/mcp_fixture.h"

namespace brood::gateway::mcp {
namespace {

using nlohmann::json;

class McpRunsTest : public McpTest {
 protected:
  McpRunsTest() {
    fake().onRun = [](FakeSupervisor::RunContext) -> kj::Promise<void> { return kj::NEVER_DONE; };
  }

  static std::string slowCall(const json& id = 1) {
    return oldBody("tools/call", toolParams("run_code", {{"code", "x"}}), id);
  }
  ClientResponse cancel(const json& id) {
    return send(oldBody("notifications/cancelled", {{"requestId", id}}, nullptr));
  }
  HttpClient begin(std::string_view request) {
    auto begun = fake().whenRunBegins();
    auto client = connect();
    client.send(request);
    begun.wait(scope());
    return client;
  }
};

TEST_F(McpRunsTest, ANotificationEndsACallOfTheOldEra) {
  startGateway();
  auto cancelled = fake().whenRunCancelled();
  auto client = begin(post(slowCall("a")));
  EXPECT_EQ(mcp().runs().size(), 1u);
  EXPECT_EQ(cancel("a").status, 202u);
  cancelled.wait(scope());
  EXPECT_EQ(client.receive().status, 202u);
  EXPECT_EQ(mcp().runs().size(), 0u);
}

TEST_F(McpRunsTest, AnotherIdEndsNothing) {
  startGateway();
  auto client = begin(post(slowCall(1)));
  EXPECT_EQ(cancel("1").status, 202u);
  EXPECT_EQ(mcp().runs().size(), 1u);
  EXPECT_EQ(cancel(1).status, 202u);
  EXPECT_EQ(client.receive().status, 202u);
}

TEST_F(McpRunsTest, AnIdThatTwoCallsHaveEndsNeither) {
  startGateway();
  auto one = begin(post(slowCall(1)));
  auto other = begin(post(slowCall(1)));
  EXPECT_EQ(cancel(1).status, 202u);
  EXPECT_EQ(mcp().runs().size(), 2u);
}

TEST_F(McpRunsTest, AClientOfTheNewEraThatLeavesEndsItsCall) {
  startGateway();
  auto cancelled = fake().whenRunCancelled();
  auto client = begin(post(newBody("tools/call", toolParams("run_code", {{"code", "x"}})),
                           newHeaders("tools/call", "run_code")));
  EXPECT_EQ(cancel(1).status, 202u);
  EXPECT_EQ(mcp().runs().size(), 1u);
  client.close();
  cancelled.wait(scope());
}

TEST_F(McpRunsTest, ACallOfTheOldEraOutlivesItsClient) {
  startGateway();
  auto finish = kj::newPromiseAndFulfiller<void>();
  auto finished = finish.promise.fork();
  auto answered = kj::newPromiseAndFulfiller<void>();
  fake().onRun = [&](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    return finished.addBranch().then([&, context]() mutable {
      answered.fulfiller->fulfill();
      return FakeSupervisor::echo(kj::mv(context));
    });
  };
  auto client = begin(post(slowCall()));
  client.close();
  // The gateway has noticed once a later request of another client is answered and this is gone.
  EXPECT_EQ(send(oldBody("ping")).status, 200u);
  EXPECT_EQ(mcp().runs().size(), 1u);
  finish.fulfiller->fulfill();
  answered.promise.wait(scope());
  while (mcp().runs().size() > 0) ASSERT_EQ(send(oldBody("ping")).status, 200u);
}

}  // namespace
}  // namespace brood::gateway::mcp
