#include "egress/proxies/http_exchange.h"

#include <kj/debug.h>

#include "tests/unit/egress/proxies/proxy_fixture.h"

namespace brood::egress {
namespace {

constexpr size_t kMaxHead = 4096;

class HttpExchangeTest : public ProxyTest {
 protected:
  HttpExchangeTest()
      : pipe(kj::newTwoWayPipe()),
        client(kj::mv(pipe.ends[1]), kMaxHead),
        silence(io.timer(), 0 * kj::SECONDS) {}
  ~HttpExchangeTest() noexcept override = default;

  // Starts with a request of this head, and the server's end of it.
  kj::Promise<HttpExchange::End> start(const std::string& request) {
    auto reached = reachServer();
    const int fd = KJ_REQUIRE_NONNULL(reached.stream->getFd());
    auto& use = reached.use;
    connection = kj::heap<ServerConnection>("key", kj::mv(reached.stream), fd, use, reached.target,
                                            kMaxHead);
    accepted = accept();
    EXPECT_EQ(reader.feedHead(request), request.size());
    meter = kj::heap<JobMeter>(job, use);
    exchange = kj::heap<HttpExchange>(reader, client, *connection, *meter, silence, kMaxHead,
                                      [](Fields& fields) { removeField(fields, "X-Secret"); });
    return exchange->run("HEAD SENT\r\n\r\n", false, false);
  }

  kj::TwoWayPipe pipe;
  BufferedStream client;
  SilenceWatch silence;
  HttpRequestReader reader{kMaxHead};
  kj::Own<ServerConnection> connection;
  kj::Own<kj::AsyncIoStream> accepted;
  kj::Own<JobMeter> meter;
  kj::Own<HttpExchange> exchange;
};

TEST_F(HttpExchangeTest, PassesAnAnswerBack) {
  auto ending = start("GET /x HTTP/1.1\r\nHost: a\r\n\r\n").eagerlyEvaluate(nullptr);
  EXPECT_EQ(readUntil(*accepted, "\r\n\r\n"), "HEAD SENT\r\n\r\n");
  write(*accepted, "HTTP/1.1 200 Fine\r\nX-Secret: 1\r\nX: y\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_EQ(readUntil(*pipe.ends[0], "ok"),
            "HTTP/1.1 200 Fine\r\nX: y\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok");
  const auto end = ending.wait(scope());
  EXPECT_TRUE(end.keepsClient);
  EXPECT_TRUE(end.keepsServer);
}

TEST_F(HttpExchangeTest, AnAnswerMayComeBeforeTheRequestHasGone) {
  auto ending =
      start("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n").eagerlyEvaluate(nullptr);
  readUntil(*accepted, "\r\n\r\n");
  write(*accepted, "HTTP/1.1 413 Too much\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(readUntil(*pipe.ends[0], "\r\n\r\n").substr(0, 12), "HTTP/1.1 413");
  const auto end = ending.wait(scope());
  EXPECT_FALSE(end.keepsClient);
  EXPECT_FALSE(end.keepsServer);
}

TEST_F(HttpExchangeTest, SaysWhyThereIsNoAnswer) {
  auto ending = start("GET /x HTTP/1.1\r\nHost: a\r\n\r\n").eagerlyEvaluate(nullptr);
  readUntil(*accepted, "\r\n\r\n");
  accepted = nullptr;
  EXPECT_NE(ending.wait(scope()).problem.find("without an answer"), std::string::npos);
}

}  // namespace
}  // namespace brood::egress
