#include "tests/unit/egress/proxies/proxy_fixture.h"

namespace brood::egress {
namespace {

using ProxyConnectionTest = ProxyTest;

TEST_F(ProxyConnectionTest, CarriesATunnel) {
  auto client = open(serveHttpProxy);
  write(*client, "CONNECT " + server() + " HTTP/1.1\r\nHost: " + server() + "\r\n\r\n");
  auto accepted = accept();
  EXPECT_EQ(readUntil(*client, "\r\n\r\n").substr(0, 12), "HTTP/1.1 200");
  write(*client, "up");
  EXPECT_EQ(read(*accepted, 2), "up");
}

TEST_F(ProxyConnectionTest, PassesARequestOn) {
  auto client = open(serveHttpProxy);
  write(*client, "GET http://" + server() + "/x HTTP/1.1\r\nHost: " + server() + "\r\n\r\n");
  auto accepted = accept();
  EXPECT_EQ(readUntil(*accepted, "\r\n\r\n"), "GET /x HTTP/1.1\r\nHost: " + server() + "\r\n\r\n");
  write(*accepted, "HTTP/1.1 204 None\r\n\r\n");
  EXPECT_EQ(readUntil(*client, "\r\n\r\n").substr(0, 12), "HTTP/1.1 204");
}

TEST_F(ProxyConnectionTest, ASecondRequestIsDecidedAnew) {
  auto client = open(serveHttpProxy);
  write(*client, "GET http://" + server() + "/x HTTP/1.1\r\nHost: " + server() + "\r\n\r\n");
  auto accepted = accept();
  readUntil(*accepted, "\r\n\r\n");
  write(*accepted, "HTTP/1.1 204 None\r\n\r\n");
  readUntil(*client, "\r\n\r\n");
  write(*client, "GET http://other.example/ HTTP/1.1\r\nHost: other.example\r\n\r\n");
  EXPECT_EQ(readUntil(*client, "\r\n\r\n").substr(0, 12), "HTTP/1.1 403");
  EXPECT_TRUE(job.report().denied().contains({"other.example", 80, "not_listed"}));
}

TEST_F(ProxyConnectionTest, RefusesInWords) {
  auto client = open(serveHttpProxy);
  write(*client, "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n");
  const auto answer = readToEnd(*client);
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 403");
  EXPECT_NE(answer.find("a.example:443 is not on the list"), std::string::npos);
}

}  // namespace
}  // namespace brood::egress
