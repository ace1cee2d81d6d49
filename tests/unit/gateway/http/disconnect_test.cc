// Clients and supervisors that go away.

#include <sys/socket.h>

#include "tests/unit/gateway/gateway_fixture.h"

namespace brood::gateway {
namespace {

using DisconnectTest = GatewayTest;

kj::Promise<void> runForever(FakeSupervisor::RunContext) { return kj::NEVER_DONE; }

TEST_F(DisconnectTest, ClosedClientCancelsItsJob) {
  startGateway();
  fake().onRun = runForever;
  auto client = connect();
  auto begun = fake().whenRunBegins();
  auto cancelled = fake().whenRunCancelled();
  client.send(executeRequest("x"));
  begun.wait(scope());
  client.close();
  cancelled.wait(scope());
}

TEST_F(DisconnectTest, ResetClientCancelsItsJob) {
  startGateway();
  fake().onRun = runForever;
  auto client = connect();
  auto begun = fake().whenRunBegins();
  auto cancelled = fake().whenRunCancelled();
  client.send(executeRequest("x"));
  begun.wait(scope());
  const linger hard{1, 0};
  client.stream().setsockopt(SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
  client.close();
  cancelled.wait(scope());
}

TEST_F(DisconnectTest, ClosedClientCancelsItsStreamedJob) {
  startGateway();
  fake().onRun = [](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    auto started = context.getParams().getSink().startedRequest();
    started.setId("job-1");
    return started.send().then([]() -> kj::Promise<void> { return kj::NEVER_DONE; });
  };
  auto client = connect();
  auto cancelled = fake().whenRunCancelled();
  client.send(executeRequest("x", "Accept: text/event-stream\r\n"));
  EXPECT_EQ(client.receiveHead().status, 200u);
  EXPECT_TRUE(client.receiveChunk().starts_with("event: start\n"));
  client.close();
  cancelled.wait(scope());
}

// The client pipelines more than is read ahead; its FIN is behind that.
TEST_F(DisconnectTest, ClosedClientThatHadPipelinedMuchCancelsItsJob) {
  startGateway();
  fake().onRun = runForever;
  auto client = connect();
  auto begun = fake().whenRunBegins();
  auto cancelled = fake().whenRunCancelled();
  client.send(executeRequest("x") + std::string(64 << 10, 'z'));
  begun.wait(scope());
  client.close();
  cancelled.wait(scope());
}

// As above, and the kernel's buffer is full as well.
TEST_F(DisconnectTest, ClosedClientWhoseEndDoesNotArriveCancelsItsJob) {
  startGateway();
  fake().onRun = runForever;
  auto client = connect();
  auto begun = fake().whenRunBegins();
  auto cancelled = fake().whenRunCancelled();
  client.send(executeRequest("x"));
  begun.wait(scope());
  const std::string junk(1 << 20, 'z');
  bool isFull = false;
  auto sending = [&](auto& self) -> kj::Promise<void> {
    return client.stream().write(junk.data(), junk.size()).then([&] { return self(self); });
  };
  auto filling = sending(sending).eagerlyEvaluate([](kj::Exception&&) {});
  timer().afterDelay(100 * kj::MILLISECONDS).then([&] { isFull = true; }).wait(scope());
  EXPECT_TRUE(isFull);
  EXPECT_FALSE(filling.poll(scope()));
  filling = nullptr;
  client.close();
  cancelled.wait(scope());
}

TEST_F(DisconnectTest, ClientThatPipelinedMuchAndStaysIsAnswered) {
  startGateway();
  auto release = kj::newPromiseAndFulfiller<void>();
  fake().onRun = [&](FakeSupervisor::RunContext context) {
    return release.promise.then([context]() mutable { return FakeSupervisor::echo(context); });
  };
  auto client = connect();
  auto begun = fake().whenRunBegins();
  std::string requests = executeRequest("first");
  constexpr int kMore = 1000;
  for (int i = 0; i < kMore; ++i) requests += "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  auto sent = client.stream().write(requests.data(), requests.size()).eagerlyEvaluate(nullptr);
  begun.wait(scope());
  release.fulfiller->fulfill();
  auto response = client.receive();
  while (response.status == 100) response = client.receive();
  EXPECT_EQ(response.json()["stdout"], "first");
  for (int i = 0; i < kMore; ++i) EXPECT_EQ(client.receive().status, 200u);
  sent.wait(scope());
}

// Legal HTTP, and what `printf ... | nc` does.
TEST_F(DisconnectTest, ClientThatOnlyClosedItsSendingSideIsAnswered) {
  startGateway();
  auto release = kj::newPromiseAndFulfiller<void>();
  fake().onRun = [&](FakeSupervisor::RunContext context) {
    return release.promise.then([context]() mutable { return FakeSupervisor::echo(context); });
  };
  auto client = connect();
  auto begun = fake().whenRunBegins();
  client.send(executeRequest("half"));
  client.closeSendingSide();
  begun.wait(scope());
  // The probes, the answer's beginning, show that the end of input was seen.
  EXPECT_EQ(client.receiveBytes(2), "HT");
  release.fulfiller->fulfill();
  client.unread("HT");
  const auto response = client.receive();
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.json()["stdout"], "half");
  EXPECT_EQ(client.receiveRest(), "");
}

TEST_F(DisconnectTest, HalfClosedClientOfHttp10IsProbedAlike) {
  startGateway();
  auto release = kj::newPromiseAndFulfiller<void>();
  fake().onRun = [&](FakeSupervisor::RunContext context) {
    return release.promise.then([context]() mutable { return FakeSupervisor::echo(context); });
  };
  const std::string body = R"({"language":"python","code":"old"})";
  auto client = connect();
  client.send("POST /v1/execute HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body);
  client.closeSendingSide();
  EXPECT_EQ(client.receiveBytes(1), "H");
  release.fulfiller->fulfill();
  client.unread("H");
  EXPECT_EQ(client.receive().json()["stdout"], "old");
}

TEST_F(DisconnectTest, HalfClosedClientThatThenClosesCancelsItsJob) {
  startGateway();
  fake().onRun = runForever;
  auto client = connect();
  auto cancelled = fake().whenRunCancelled();
  client.send(executeRequest("x"));
  client.closeSendingSide();
  EXPECT_EQ(client.receiveBytes(1), "H");
  client.close();
  cancelled.wait(scope());
}

TEST_F(DisconnectTest, RequestThatBreaksOffReachesNobody) {
  startGateway();
  auto client = connect();
  const std::string request = executeRequest("x");
  client.send(std::string_view(request).substr(0, request.size() - 1));
  client.closeSendingSide();
  EXPECT_EQ(client.receiveRest(), "");
  EXPECT_EQ(fake().runsBegun, 0u);
}

TEST_F(DisconnectTest, LostSupervisorIsATypedErrorAndIsFoundAgain) {
  startGateway();
  fake().onRun = runForever;
  auto client = connect();
  auto begun = fake().whenRunBegins();
  client.send(executeRequest("x"));
  begun.wait(scope());
  stopSupervisor();
  const auto lost = client.receive();
  EXPECT_EQ(lost.status, 503u);
  EXPECT_EQ(lost.errorCode(), "supervisor_unavailable");
  EXPECT_EQ(lost.headers.at("retry-after"), "1");

  client.send(executeRequest("x"));
  EXPECT_EQ(client.receive().errorCode(), "supervisor_unavailable");
  client.send("GET /health HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive().status, 503u);

  startSupervisor();
  client.send(executeRequest("again"));
  EXPECT_EQ(client.receive().json()["stdout"], "again");
}

TEST_F(DisconnectTest, SupervisorLostInMidStreamIsAnErrorEvent) {
  startGateway();
  fake().onRun = [](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    return context.getParams().getSink().startedRequest().send().then(
        []() -> kj::Promise<void> { return kj::NEVER_DONE; });
  };
  auto client = connect();
  client.send(executeRequest("x", "Accept: text/event-stream\r\n"));
  EXPECT_EQ(client.receiveHead().status, 200u);
  EXPECT_TRUE(client.receiveChunk().starts_with("event: start\n"));
  stopSupervisor();
  const std::string event = client.receiveChunk();
  EXPECT_TRUE(event.starts_with("event: error\n")) << event;
  EXPECT_NE(event.find("\"supervisor_unavailable\""), std::string::npos) << event;
  EXPECT_EQ(client.receiveChunk(), "");
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive().status, 200u);
}

}  // namespace
}  // namespace brood::gateway
