// Requests that web pages send, over a connection.

#include "tests/unit/gateway/gateway_fixture.h"

namespace brood::gateway {
namespace {

using OriginsTest = GatewayTest;

std::string get(std::string_view headers) {
  return "GET / HTTP/1.1\r\n" + std::string(headers) + "\r\n";
}

TEST_F(OriginsTest, APageOfAnotherOriginRunsNothing) {
  startGateway();
  for (const char* headers :
       {"Origin: https://evil.example\r\n", "Origin: null\r\n", "Sec-Fetch-Site: cross-site\r\n",
        "Content-Type: multipart/form-data; boundary=b\r\nSec-Fetch-Site: same-site\r\n"}) {
    const auto refused = ask(executeRequest("x", headers));
    EXPECT_EQ(refused.status, 403u) << headers;
    EXPECT_EQ(refused.errorCode(), "origin_not_allowed");
    EXPECT_EQ(refused.headers.count("access-control-allow-origin"), 0u);
  }
  EXPECT_EQ(fake().runsBegun, 0u);
  EXPECT_EQ(ask(executeRequest("x", "Origin: http://test\r\n")).status, 200u);
}

TEST_F(OriginsTest, ANameThatLeadsHereFromElsewhereIsNone) {
  startGateway();
  const auto refused = ask(get("Host: evil.example\r\n"));
  EXPECT_EQ(refused.status, 421u);
  EXPECT_EQ(refused.errorCode(), "host_not_allowed");
  EXPECT_EQ(ask(get("Host: localhost:1\r\n")).status, 200u);
}

TEST_F(OriginsTest, OneThatIsGivenTwiceIsMalformed) {
  startGateway();
  EXPECT_EQ(ask(get("Host: h\r\nOrigin: http://h\r\nOrigin: http://h\r\n")).status, 400u);
  EXPECT_EQ(ask(get("Host: h\r\nSec-Fetch-Site: none\r\nSec-Fetch-Site: none\r\n")).status, 400u);
}

TEST_F(OriginsTest, APageThatIsAllowedMayAskAndRead) {
  settings.allowedOrigins = {"https://app.example"};
  startGateway();
  const std::string page =
      "Host: h\r\nOrigin: https://app.example\r\nSec-Fetch-Site: cross-site\r\n";
  auto client = connect();
  client.send("OPTIONS /v1/execute HTTP/1.1\r\n" + page +
              "Access-Control-Request-Method: POST\r\n"
              "Access-Control-Request-Headers: content-type\r\n\r\n");
  const auto preflight = client.receive();
  EXPECT_EQ(preflight.status, 204u);
  EXPECT_EQ(preflight.headers.at("access-control-allow-origin"), "https://app.example");
  EXPECT_EQ(preflight.headers.at("access-control-allow-methods"), "POST");
  EXPECT_EQ(preflight.headers.at("access-control-allow-headers"),
            "Authorization, Content-Type, X-API-Key");
  EXPECT_EQ(preflight.headers.at("vary"), "Origin");
  EXPECT_EQ(preflight.headers.count("content-length"), 0u);

  client.send(executeRequest("x", "Origin: https://app.example\r\nSec-Fetch-Site: cross-site\r\n"));
  const auto answer = client.receive();
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.headers.at("access-control-allow-origin"), "https://app.example");
  client.send(get("Host: h\r\n"));
  EXPECT_EQ(client.receive().headers.count("access-control-allow-origin"), 0u);
}

TEST_F(OriginsTest, WithoutAnAllowedOriginThereIsNoPreflight) {
  startGateway();
  const std::string question =
      "OPTIONS /v1/execute HTTP/1.1\r\nHost: h\r\n"
      "Access-Control-Request-Method: POST\r\n";
  EXPECT_EQ(ask(question + "Origin: https://evil.example\r\n\r\n").status, 403u);
  EXPECT_EQ(ask(question + "\r\n").status, 405u);
}

TEST_F(OriginsTest, ABodyNeedsAType) {
  startGateway();
  const std::string body = R"({"language":"python","code":"x"})";
  const auto refused =
      ask("POST /v1/execute HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
          "\r\n\r\n" + body);
  EXPECT_EQ(refused.status, 415u);
  EXPECT_EQ(refused.errorCode(), "unsupported_media_type");
}

TEST_F(OriginsTest, EveryAnswerSaysThatItIsWhatItSays) {
  startGateway();
  for (const auto& request :
       {get("Host: h\r\n"), get("Host: evil.example\r\n"), std::string("nonsense\r\n\r\n"),
        executeRequest("x"), executeRequest("x", "Accept: text/event-stream\r\n")}) {
    EXPECT_EQ(ask(request).headers.at("x-content-type-options"), "nosniff") << request;
  }
}

}  // namespace
}  // namespace brood::gateway
