#include "egress/protocols/proxy_request.h"

#include <gtest/gtest.h>

namespace brood::egress {
namespace {

constexpr size_t kMaxHead = 4096;

// "tunnel host port", "METHOD host port path" or the problem.
std::string read(const std::string& wire) {
  HttpRequestReader reader(kMaxHead);
  reader.feedHead(wire);
  if (reader.problem()) return *reader.problem();
  if (!reader.hasHead()) return "unfinished";
  const auto result = readProxyRequest(reader);
  if (const auto* problem = std::get_if<RequestProblem>(&result)) return problem->text;
  const auto& request = std::get<ProxyRequest>(result);
  const std::string target = request.host + " " + std::to_string(request.port);
  if (request.isTunnel) return "tunnel " + target;
  return request.method + " " + target + " " + request.path;
}

std::string absolute(const std::string& target, const std::string& host,
                     const std::string& more = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + more + "\r\n";
}

std::string sentFor(const std::string& wire) {
  HttpRequestReader reader(kMaxHead);
  reader.feedHead(wire);
  const auto result = readProxyRequest(reader);
  if (!std::holds_alternative<ProxyRequest>(result)) return "refused";
  return headForServer(std::get<ProxyRequest>(result), "a.example", reader.framing());
}

TEST(ProxyRequest, ReadsATunnel) {
  EXPECT_EQ(read("CONNECT pypi.org:443 HTTP/1.1\r\nHost: pypi.org:443\r\n\r\n"),
            "tunnel pypi.org 443");
  EXPECT_EQ(read("CONNECT pypi.org:443 HTTP/1.1\r\nHost: pypi.org\r\n\r\n"), "tunnel pypi.org 443");
  EXPECT_EQ(read("CONNECT pypi.org:443 HTTP/1.0\r\n\r\n"), "tunnel pypi.org 443");
  EXPECT_EQ(read("CONNECT [2606:4700::1]:443 HTTP/1.1\r\nHost: [2606:4700::1]\r\n\r\n"),
            "tunnel [2606:4700::1] 443");
}

TEST(ProxyRequest, ATunnelHasAPortAndNoBody) {
  EXPECT_EQ(read("CONNECT pypi.org HTTP/1.1\r\nHost: pypi.org\r\n\r\n"), "CONNECT wants host:port");
  EXPECT_EQ(read("CONNECT a:0 HTTP/1.0\r\n\r\n"), "CONNECT wants host:port");
  EXPECT_EQ(read("CONNECT a:443 HTTP/1.0\r\nContent-Length: 3\r\n\r\n"), "CONNECT has no body");
}

TEST(ProxyRequest, ReadsAnAbsoluteTarget) {
  EXPECT_EQ(read(absolute("http://a.example/x?y#z", "a.example")), "GET a.example 80 /x?y");
  EXPECT_EQ(read(absolute("HTTP://A.example:8080", "a.EXAMPLE:8080")), "GET A.example 8080 /");
  EXPECT_EQ(read(absolute("http://a.example?q", "a.example:80")), "GET a.example 80 /?q");
}

TEST(ProxyRequest, HostMustBeTheTarget) {
  const std::string differs = "the Host header differs from the request's target";
  EXPECT_EQ(read(absolute("http://a.example/", "b.example")), differs);
  EXPECT_EQ(read(absolute("http://a.example/", "a.example:8080")), differs);
  EXPECT_EQ(read(absolute("http://a.example:8080/", "a.example")), differs);
  EXPECT_EQ(read(absolute("http://a.example/", "")), differs);
  EXPECT_EQ(read(absolute("http://u@a.example/", "a.example")), differs);
  EXPECT_EQ(read("CONNECT a.example:443 HTTP/1.1\r\nHost: b.example:443\r\n\r\n"), differs);
  EXPECT_EQ(read("GET http://a.example/ HTTP/1.1\r\n\r\n"), "HTTP/1.1 requires a Host header");
  EXPECT_EQ(read(absolute("http://a.example/", "a.example", "Host: a.example\r\n")),
            "Host may be given once");
}

TEST(ProxyRequest, TakesNothingElse) {
  const std::string proxy = "this is a proxy: it takes CONNECT host:port and http://host/path";
  EXPECT_EQ(read(absolute("/", "a.example")), proxy);
  EXPECT_EQ(read(absolute("https://a.example/", "a.example")), proxy);
  EXPECT_EQ(read(absolute("ftp://a.example/", "a.example")), proxy);
  EXPECT_EQ(read(absolute("http://a.example:x/", "a.example")), "the target's port is none");
}

TEST(ProxyRequest, RefusesAmbiguousFraming) {
  const auto with = [](const std::string& more) {
    return read(absolute("http://a.example/", "a.example", more));
  };
  EXPECT_EQ(with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
            "malformed HTTP: bad Transfer-Encoding");
  EXPECT_EQ(with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
            "malformed HTTP: bad Content-Length");
  EXPECT_EQ(with("Content-Length: 5\r\nContent-Length: 5\r\n"),
            "Content-Length and Transfer-Encoding may be given once");
  EXPECT_NE(with("Content-Length: +5\r\n"), "GET a.example 80 /");
  EXPECT_EQ(with("Transfer-Encoding: gzip, chunked\r\n"),
            "the only transfer coding that is passed on is chunked");
  EXPECT_EQ(with("X: y\r\n z\r\n"), "a header line must not begin with a blank");
  EXPECT_EQ(read("GET http://a.example/ HTTP/1.1\nHost: a.example\n\n"),
            "header lines must end in CR LF");
}

TEST(ProxyRequest, HopByHopFieldsAreNotPassedOn) {
  EXPECT_EQ(sentFor(absolute("http://a.example/x", "a.example",
                             "Connection: X-Mine, keep-alive\r\nX-Mine: 1\r\nKeep-Alive: 5\r\n"
                             "Proxy-Authorization: Basic x\r\nProxy-Connection: keep-alive\r\n"
                             "TE: trailers\r\nTrailer: X\r\nUpgrade: websocket\r\nAccept: */*\r\n"
                             "Expect: 100-continue\r\n")),
            "GET /x HTTP/1.1\r\nHost: a.example\r\nAccept: */*\r\n\r\n");
}

TEST(ProxyRequest, TheFramingIsWrittenAnew) {
  EXPECT_EQ(sentFor("POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\n"
                    "Content-Length: 5\r\n\r\n"),
            "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(sentFor("POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\n"
                    "Transfer-Encoding: Chunked\r\n\r\n"),
            "POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n");
}

}  // namespace
}  // namespace brood::egress
