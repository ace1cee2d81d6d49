// How a connection carries requests: keep-alive, pipelining, framing, versions, routes.

#include "gateway/http/connection.h"

#include "tests/unit/gateway/gateway_fixture.h"

namespace brood::gateway {
namespace {

using ConnectionTest = GatewayTest;

TEST_F(ConnectionTest, CarriesManyRequests) {
  startGateway();
  auto client = connect();
  for (int i = 0; i < 100; ++i) {
    const std::string code = "nonce " + std::to_string(i);
    client.send(executeRequest(code));
    const auto response = client.receive();
    ASSERT_EQ(response.status, 200u);
    ASSERT_EQ(response.json()["stdout"], code);
  }
  EXPECT_EQ(server().connectionCount(), 1u);
}

TEST_F(ConnectionTest, AnswersPipelinedRequestsInOrder) {
  startGateway();
  // The first answers last unless order is kept.
  auto slow = kj::newPromiseAndFulfiller<void>();
  bool isFirst = true;
  fake().onRun = [&](FakeSupervisor::RunContext context) -> kj::Promise<void> {
    if (!std::exchange(isFirst, false)) return FakeSupervisor::echo(context);
    return slow.promise.then([context]() mutable { return FakeSupervisor::echo(context); });
  };
  auto client = connect();
  std::string requests;
  for (int i = 0; i < 20; ++i) requests += executeRequest(std::to_string(i));
  auto begun = fake().whenRunBegins();
  client.send(requests + "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  begun.wait(scope());
  EXPECT_EQ(fake().runsBegun, 1u);
  slow.fulfiller->fulfill();
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(client.receive().json()["stdout"], std::to_string(i));
  }
  EXPECT_EQ(client.receive().json()["name"], "brood");
  EXPECT_EQ(client.receiveRest(), "");
}

TEST_F(ConnectionTest, TakesMoreInPipelineThanItBuffers) {
  settings.maxHeaderBytes = 1024;
  startGateway();
  auto client = connect();
  const std::string code(50'000, 'x');
  std::string requests;
  for (int i = 0; i < 10; ++i) requests += executeRequest(code + std::to_string(i));
  auto sent = client.stream().write(requests.data(), requests.size()).eagerlyEvaluate(nullptr);
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(client.receive().json()["stdout"], code + std::to_string(i));
  }
  sent.wait(scope());
}

TEST_F(ConnectionTest, ReadsChunkedRequests) {
  startGateway();
  const std::string json = R"({"language":"python","code":"hello"})";
  std::string request =
      "POST /v1/execute HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n";
  for (const char c : json) request += std::string("1;ext\r\n") + c + "\r\n";
  const auto response = ask(request + "0\r\nTrailer: x\r\n\r\n");
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.json()["stdout"], "hello");
}

TEST_F(ConnectionTest, CarriesLargeBodiesBothWays) {
  startGateway();
  const std::string code(5'000'000, 'z');
  auto client = connect();
  const std::string request = executeRequest(code);
  auto sent = client.stream().write(request.data(), request.size()).eagerlyEvaluate(nullptr);
  EXPECT_TRUE(client.receive().json()["stdout"] == code);
  sent.wait(scope());
}

TEST_F(ConnectionTest, AsksForTheBodyWhenExpectedTo) {
  startGateway();
  const std::string json = R"({"language":"python","code":"x"})";
  auto client = connect();
  client.send(
      "POST /v1/execute HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
      "Expect: 100-continue\r\nContent-Length: " +
      std::to_string(json.size()) + "\r\n\r\n");
  EXPECT_EQ(client.receive().status, 100u);
  client.send(json);
  EXPECT_EQ(client.receive().status, 200u);
  // With the body in the same breath, the interim response is left out.
  client.send(executeRequest("x", "Expect: 100-continue\r\n"));
  EXPECT_EQ(client.receive().status, 200u);
}

TEST_F(ConnectionTest, RefusesAnOversizedBodyBeforeItIsSent) {
  settings.maxBodyBytes = 10;
  startGateway();
  auto client = connect();
  client.send(
      "POST /v1/execute HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
      "Content-Length: 11\r\n\r\n");
  const auto response = client.receive();
  EXPECT_EQ(response.status, 413u);
  EXPECT_EQ(response.errorCode(), "body_too_large");
  EXPECT_EQ(client.receiveRest(), "");
}

TEST_F(ConnectionTest, AnswersHeadWithoutABody) {
  startGateway();
  auto client = connect();
  client.send("HEAD /v1/runtimes HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto head = client.receive(true);
  client.send("GET /v1/runtimes HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto get = client.receive();
  EXPECT_EQ(head.status, 200u);
  EXPECT_EQ(head.headers.at("content-length"), get.headers.at("content-length"));
  EXPECT_FALSE(get.body.empty());
}

TEST_F(ConnectionTest, SpeaksHttp10) {
  startGateway();
  auto once = connect();
  once.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(once.receive().headers.at("connection"), "close");
  EXPECT_EQ(once.receiveRest(), "");

  auto kept = connect();
  for (int i = 0; i < 2; ++i) {
    kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(kept.receive().headers.at("connection"), "keep-alive");
  }
}

TEST_F(ConnectionTest, ClosesAfterWhatItCannotRead) {
  startGateway();
  for (const char* request :
       {"GET / HTTP/1.1\nHost: h\n\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"}) {
    auto client = connect();
    client.send(std::string(request) + "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto response = client.receive();
    EXPECT_GE(response.status, 400u) << request;
    EXPECT_EQ(response.headers.at("connection"), "close") << request;
    EXPECT_TRUE(response.json()["error"]["message"].is_string()) << request;
    EXPECT_EQ(client.receiveRest(), "") << request;
  }
}

TEST_F(ConnectionTest, RoutesByPathAndMethod) {
  startGateway();
  auto client = connect();
  client.send("GET /v2 HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto missing = client.receive();
  EXPECT_EQ(missing.status, 404u);
  EXPECT_EQ(missing.errorCode(), "not_found");

  client.send("GET /v1/execute HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto wrong = client.receive();
  EXPECT_EQ(wrong.status, 405u);
  EXPECT_EQ(wrong.headers.at("allow"), "POST");
  EXPECT_EQ(wrong.errorCode(), "method_not_allowed");

  client.send(postRequest("/health", ""));
  EXPECT_EQ(client.receive().headers.at("allow"), "GET, HEAD");
  client.send("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive().status, 404u);
  client.send("GET http://h/?x=y HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive().status, 200u);
}

}  // namespace
}  // namespace brood::gateway
