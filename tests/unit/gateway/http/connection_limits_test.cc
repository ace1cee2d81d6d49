// A connection is refused time, room or company. Every wait is for an event.

#include <sys/socket.h>

#include <vector>

#include "tests/unit/gateway/gateway_fixture.h"

namespace brood::gateway {
namespace {

using ConnectionLimitsTest = GatewayTest;

TEST_F(ConnectionLimitsTest, IdleConnectionIsClosedSilently) {
  settings.idleTimeoutMs = 20;
  startGateway();
  auto client = connect();
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive().status, 200u);
  EXPECT_EQ(client.receiveRest(), "");
}

TEST_F(ConnectionLimitsTest, SlowHeadersAreAnswered408) {
  settings.headerTimeoutMs = 20;
  startGateway();
  auto client = connect();
  client.send("GET / HTTP/1.1\r\nHost:");
  const auto response = client.receive();
  EXPECT_EQ(response.status, 408u);
  EXPECT_EQ(response.errorCode(), "request_timeout");
  EXPECT_EQ(client.receiveRest(), "");
}

TEST_F(ConnectionLimitsTest, SlowBodyIsAnswered408) {
  settings.bodyTimeoutMs = 20;
  startGateway();
  auto client = connect();
  client.send("POST /v1/execute HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n{");
  EXPECT_EQ(client.receive().status, 408u);
  EXPECT_EQ(client.receiveRest(), "");
}

// A byte now and then must not keep a request alive: the time is for all of the headers.
TEST_F(ConnectionLimitsTest, TricklingHeadersDoNotExtendTheirTime) {
  settings.headerTimeoutMs = 50;
  startGateway();
  auto client = connect();
  std::function<kj::Promise<void>()> trickle = [&]() -> kj::Promise<void> {
    return client.stream()
        .write("x", 1)
        .then([&] { return timer().afterDelay(kj::MILLISECONDS); })
        .then([&] { return trickle(); });
  };
  client.send("GET /");
  auto trickling = trickle().eagerlyEvaluate([](kj::Exception&&) {});
  EXPECT_EQ(client.receive().status, 408u);
}

TEST_F(ConnectionLimitsTest, HeadersOverTheLimitAreAnswered431) {
  settings.maxHeaderBytes = 1024;
  startGateway();
  auto client = connect();
  client.send("GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(4000, 'x'));
  const auto response = client.receive();
  EXPECT_EQ(response.status, 431u);
  EXPECT_EQ(response.errorCode(), "headers_too_large");
}

TEST_F(ConnectionLimitsTest, BodyOverTheLimitIsAnswered413ThoughStillArriving) {
  settings.maxBodyBytes = 1000;
  startGateway();
  auto client = connect();
  const std::string request = postRequest("/v1/execute", std::string(3'000'000, ' '));
  auto sent =
      client.stream().write(request.data(), request.size()).eagerlyEvaluate([](kj::Exception&&) {});
  const auto response = client.receive();
  EXPECT_EQ(response.status, 413u);
  EXPECT_EQ(response.errorCode(), "body_too_large");
}

TEST_F(ConnectionLimitsTest, EndlessChunkHeaderIsRefused) {
  settings.maxHeaderBytes = 1024;
  startGateway();
  auto client = connect();
  client.send("POST /v1/execute HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;" +
              std::string(40'000, 'x'));
  EXPECT_EQ(client.receive().status, 400u);
}

TEST_F(ConnectionLimitsTest, ReaderThatTakesNothingIsClosed) {
  settings.writeTimeoutMs = 50;
  settings.maxBodyBytes = 64 << 20;
  startGateway();
  fake().onRun = [](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    auto result = context.getResults().initOutcome().initResult();
    // More than the kernel buffers for a connection.
    result.initStdout(32 << 20);
    return kj::READY_NOW;
  };
  auto client = connect();
  auto begun = fake().whenRunBegins();
  client.send(executeRequest("x"));
  begun.wait(scope());
  server().whenIdle().wait(scope());
  EXPECT_LT(client.receiveRest().size(), size_t{32} << 20);
}

kj::Promise<void> runForever(FakeSupervisor::RunContext) { return kj::NEVER_DONE; }

TEST_F(ConnectionLimitsTest, ConnectionsOverTheLimitAreAnswered503WhileAllOthersAreBusy) {
  settings.maxConnections = 2;
  startGateway();
  fake().onRun = runForever;
  auto first = connect();
  auto second = connect();
  for (auto* client : {&first, &second}) {
    auto begun = fake().whenRunBegins();
    client->send(executeRequest("x"));
    begun.wait(scope());
  }
  auto third = connect();
  const auto refused = third.receive();
  EXPECT_EQ(refused.status, 503u);
  EXPECT_EQ(refused.errorCode(), "overloaded");
  EXPECT_EQ(refused.headers.at("retry-after"), "1");
  EXPECT_EQ(third.receiveRest(), "");

  for (auto* client : {&first, &second, &third}) client->close();
  server().whenIdle().wait(scope());
  EXPECT_EQ(ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n").status, 200u);
}

// Whether it has never said anything, has begun to or has been answered.
TEST_F(ConnectionLimitsTest, TheLongestIdleMakesRoom) {
  settings.maxConnections = 4;
  startGateway();
  fake().onRun = runForever;
  auto busy = connect();
  auto begun = fake().whenRunBegins();
  busy.send(executeRequest("x"));
  begun.wait(scope());
  auto silent = connect();
  auto slow = connect();
  auto answered = connect();
  answered.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(answered.receive().status, 200u);
  slow.send("GET / HT");
  std::vector<HttpClient> others;
  for (auto* oldest : {&silent, &slow, &answered}) {
    others.push_back(connect());
    others.back().send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(others.back().receive().status, 200u);
    EXPECT_EQ(oldest->receiveRest(), "");
  }
  EXPECT_EQ(server().connectionCount(), 4u);
  EXPECT_NE(metrics().text(true).find("brood_http_made_room_total 3"), std::string::npos);
}

TEST_F(ConnectionLimitsTest, TheFirstByteHasTheTimeOfAHead) {
  settings.headerTimeoutMs = 20;
  settings.idleTimeoutMs = 3'600'000;
  startGateway();
  auto silent = connect();
  EXPECT_EQ(silent.receiveRest(), "");
  auto spoken = connect();
  spoken.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(spoken.receive().status, 200u);
  // Now it may be silent for longer than that.
  timer().afterDelay(60 * kj::MILLISECONDS).wait(scope());
  spoken.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(spoken.receive().status, 200u);
}

TEST_F(ConnectionLimitsTest, ARetiringServerAnswersOnceMoreOnEachConnection) {
  startGateway();
  auto old = connect();
  old.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(old.receive().headers.count("connection"), 0u);
  server().retire();
  auto late = connect();
  for (auto* client : {&old, &late}) {
    client->send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto response = client->receive();
    EXPECT_EQ(response.status, 200u);
    EXPECT_EQ(response.headers.at("connection"), "close");
    EXPECT_EQ(client->receiveRest(), "");
  }
}

TEST_F(ConnectionLimitsTest, DrainEndsIdleConnectionsAndLetsBusyOnesAnswer) {
  startGateway();
  auto idle = connect();
  idle.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(idle.receive().status, 200u);

  auto release = kj::newPromiseAndFulfiller<void>();
  fake().onRun = [&](FakeSupervisor::RunContext context) {
    return release.promise.then([context]() mutable { return FakeSupervisor::echo(context); });
  };
  auto busy = connect();
  auto begun = fake().whenRunBegins();
  busy.send(executeRequest("late"));
  begun.wait(scope());

  auto drained = server().drain().eagerlyEvaluate(nullptr);
  EXPECT_EQ(idle.receiveRest(), "");
  EXPECT_FALSE(drained.poll(scope()));
  release.fulfiller->fulfill();
  const auto response = busy.receive();
  EXPECT_EQ(response.json()["stdout"], "late");
  EXPECT_EQ(response.headers.at("connection"), "close");
  busy.close();
  drained.wait(scope());
  EXPECT_EQ(server().connectionCount(), 0u);
}

}  // namespace
}  // namespace brood::gateway
