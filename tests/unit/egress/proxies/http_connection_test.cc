#include "egress/proxies/http_connection.h"

#include "tests/unit/egress/proxies/proxy_fixture.h"

namespace brood::egress {
namespace {

// Answers each request with its number, and ends after the third.
class Counting final : public HttpConnection {
 public:
  using HttpConnection::HttpConnection;

 private:
  kj::Promise<bool> serve() override {
    text_ = std::to_string(++count_);
    return client_.stream().write(text_.data(), text_.size()).then([this] { return count_ < 3; });
  }

  int count_ = 0;
  std::string text_;
};

class HttpConnectionTest : public ProxyTest {
 protected:
  kj::Own<kj::AsyncIoStream> openCounting() {
    return open([](ClientContext context, kj::Own<kj::AsyncIoStream> stream) {
      auto counting = kj::heap<Counting>(context, kj::mv(stream));
      auto run = counting->run();
      return run.attach(kj::mv(counting));
    });
  }
};

TEST_F(HttpConnectionTest, ServesOneRequestAfterTheOther) {
  auto client = openCounting();
  const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  auto writing = client->write((request + request + request).c_str(), 3 * request.size())
                     .eagerlyEvaluate(nullptr);
  EXPECT_EQ(readToEnd(*client), "123");
}

TEST_F(HttpConnectionTest, SaysWhatIsWrongWithARequest) {
  auto client = openCounting();
  write(*client, "GET / HTTP/1.1\n");
  const auto answer = readToEnd(*client);
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 400");
  EXPECT_NE(answer.find("must end in CR LF"), std::string::npos);
}

TEST_F(HttpConnectionTest, DoesNotWaitForeverForAHead) {
  auto quick = std::make_shared<Settings>(*settings);
  quick->headTimeout = 1 * kj::MILLISECONDS;
  settings = quick;
  auto client = openCounting();
  EXPECT_EQ(readToEnd(*client), "");
}

}  // namespace
}  // namespace brood::egress
