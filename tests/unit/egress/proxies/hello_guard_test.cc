#include "egress/proxies/hello_guard.h"

#include "tests/unit/egress/protocols/hello_bytes.h"
#include "tests/unit/egress/proxies/proxy_fixture.h"

namespace brood::egress {
namespace {

class HelloGuardTest : public ProxyTest {
 protected:
  // "passes <n bytes>" or the reason.
  std::string guarded(const std::string& bytes, const char* host, uint16_t toPort) {
    auto pipe = kj::newTwoWayPipe();
    BufferedStream client(kj::mv(pipe.ends[0]), 32 * 1024);
    auto writing = pipe.ends[1]
                       ->write(bytes.data(), bytes.size())
                       .then([&] { pipe.ends[1]->shutdownWrite(); })
                       .eagerlyEvaluate(nullptr);
    const auto read = readHost(host);
    const Host asked = std::holds_alternative<HostName>(read) ? Host(std::get<HostName>(read))
                                                              : Host(std::get<IpAddress>(read));
    auto result = guardHello(client, asked, toPort).wait(scope());
    if (const auto* refusal = std::get_if<Refusal>(&result)) return refusal->reason;
    EXPECT_EQ(client.bytes(), "");
    return "passes " + std::to_string(std::get<std::string>(result).size());
  }
};

TEST_F(HelloGuardTest, LetsTheRightNameThrough) {
  const auto hello = helloFor("A.example");
  EXPECT_EQ(guarded(hello, "a.example", 443), "passes " + std::to_string(hello.size()));
}

TEST_F(HelloGuardTest, StopsEverythingElseOnThePortOfTls) {
  EXPECT_EQ(guarded(helloFor("b.example"), "a.example", 443), "sni");
  EXPECT_EQ(guarded(helloFor("a.example."), "a.example", 443).substr(0, 6), "passes");
  EXPECT_EQ(guarded(inRecords(helloMessage("")), "a.example", 443), "no_sni");
  EXPECT_EQ(guarded("GET / HTTP/1.1\r\n", "a.example", 443), "no_tls");
  EXPECT_EQ(guarded(helloFor("a.example").substr(0, 30), "a.example", 443), "malformed_tls");
}

TEST_F(HelloGuardTest, LetsWhatIsNoTlsThroughElsewhere) {
  EXPECT_EQ(guarded("SSH-2.0", "a.example", 22), "passes 7");
  EXPECT_EQ(guarded(helloFor("b.example"), "a.example", 8443), "sni");
  EXPECT_EQ(guarded("", "a.example", 22), "passes 0");
}

TEST_F(HelloGuardTest, AnAddressHasNoName) {
  EXPECT_EQ(guarded(inRecords(helloMessage("")), "8.8.8.8", 443).substr(0, 6), "passes");
  EXPECT_EQ(guarded("no TLS", "8.8.8.8", 443), "no_tls");
}

}  // namespace
}  // namespace brood::egress
