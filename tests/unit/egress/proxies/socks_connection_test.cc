#include "tests/unit/egress/proxies/proxy_fixture.h"

namespace brood::egress {
namespace {

using namespace std::string_literals;

class SocksConnectionTest : public ProxyTest {
 protected:
  static std::string request(const std::string& host, uint16_t toPort) {
    return "\5\1\0\3"s + static_cast<char>(host.size()) + host + static_cast<char>(toPort >> 8) +
           static_cast<char>(toPort);
  }
  kj::Own<kj::AsyncIoStream> greeted() {
    auto client = open(serveSocks);
    write(*client, "\5\1\0"s);
    EXPECT_EQ(read(*client, 2), "\5\0"s);
    return client;
  }
};

TEST_F(SocksConnectionTest, CarriesATunnel) {
  auto client = greeted();
  write(*client, request("127.0.0.1", port));
  auto accepted = accept();
  EXPECT_EQ(read(*client, 10)[1], 0);
  write(*client, "up");
  EXPECT_EQ(read(*accepted, 2), "up");
}

TEST_F(SocksConnectionTest, RefusesByItsCode) {
  auto client = greeted();
  write(*client, request("a.example", 443));
  EXPECT_EQ(read(*client, 10)[1], 2);
}

TEST_F(SocksConnectionTest, TakesNoAddressByItsType) {
  auto client = greeted();
  write(*client, "\5\1\0\1\x7f\0\0\1\0\x50"s);
  EXPECT_EQ(read(*client, 10)[1], 8);
  EXPECT_TRUE(job.report().denied().contains({"", 0, "socks"}));
}

}  // namespace
}  // namespace brood::egress
