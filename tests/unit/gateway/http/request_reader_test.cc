#include "gateway/http/request_reader.h"

#include <gtest/gtest.h>

#include <vector>

namespace brood::gateway {
namespace {

using State = RequestReader::State;

constexpr RequestReader::Limits kLimits{1024, 64};

struct ReadResult {
  State state = State::header;
  size_t consumed = 0;
  HttpRequest request;
  HttpFailure failure;
};

// Feeds `wire` in pieces as the connection does: what was not consumed comes again.
ReadResult readInPieces(const std::string& wire, const std::vector<size_t>& cuts) {
  RequestReader reader(kLimits);
  size_t consumed = 0;
  for (const size_t cut : cuts) {
    if (reader.state() == State::complete || reader.state() == State::failed) break;
    consumed += reader.feed(std::string_view(wire).substr(consumed, cut - consumed));
  }
  return {reader.state(), consumed, reader.request(), reader.failure()};
}

ReadResult readWhole(const std::string& wire) { return readInPieces(wire, {wire.size()}); }

ReadResult readByteByByte(const std::string& wire) {
  std::vector<size_t> cuts;
  for (size_t i = 1; i <= wire.size(); ++i) cuts.push_back(i);
  return readInPieces(wire, cuts);
}

std::string post(const std::string& headers, const std::string& body) {
  return "POST /x HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n" + body;
}

struct GoodCase {
  const char* name;
  std::string wire;
  std::string body;
};

const std::vector<GoodCase>& goodCases() {
  static const std::vector<GoodCase> cases = {
      {"no body", "GET /x HTTP/1.1\r\nHost: h\r\n\r\n", ""},
      {"empty line first", "\r\nGET /x HTTP/1.1\r\nHost: h\r\n\r\n", ""},
      {"length", post("Content-Length: 5\r\n", "hello"), "hello"},
      {"length zero", post("Content-Length: 0\r\n", ""), ""},
      {"chunked", post("Transfer-Encoding: chunked\r\n", "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"),
       "hello"},
      {"chunked in capitals",
       post("Transfer-Encoding: Chunked\r\n", "A\r\n0123456789\r\n0\r\n\r\n"), "0123456789"},
      {"chunk extensions",
       post("Transfer-Encoding: chunked\r\n", "1;a=b;c=\"d;e\"\r\nx\r\n0;f\r\n\r\n"), "x"},
      {"trailers",
       post("Transfer-Encoding: chunked\r\n", "1\r\nx\r\n0\r\nA: b\r\nHost: evil\r\n\r\n"), "x"},
      {"HTTP/1.0 without Host", "GET /x HTTP/1.0\r\n\r\n", ""},
      {"absolute form", "GET http://h/x?q HTTP/1.1\r\nHost: h\r\n\r\n", ""},
      {"query", "GET /x?a=b HTTP/1.1\r\nHost: h\r\n\r\n", ""},
      {"value with a tab", "GET /x HTTP/1.1\r\nHost: h\r\nA: b\tc\r\n\r\n", ""},
  };
  return cases;
}

TEST(RequestReader, ReadsGoodRequestsHoweverTheyArrive) {
  for (const auto& c : goodCases()) {
    std::vector<ReadResult> results = {readWhole(c.wire), readByteByByte(c.wire)};
    for (size_t cut = 1; cut < c.wire.size(); ++cut) {
      results.push_back(readInPieces(c.wire, {cut, c.wire.size()}));
    }
    for (const auto& result : results) {
      EXPECT_EQ(result.state, State::complete) << c.name << ": " << result.failure.message;
      EXPECT_EQ(result.consumed, c.wire.size()) << c.name;
      EXPECT_EQ(result.request.body, c.body) << c.name;
      EXPECT_EQ(result.request.path, "/x") << c.name;
    }
  }
}

TEST(RequestReader, LeavesThePipelinedRequestAlone) {
  for (const auto& c : goodCases()) {
    const std::string next = "GET /next HTTP/1.1\r\nHost: h\r\n\r\n";
    const auto result = readWhole(c.wire + next);
    EXPECT_EQ(result.state, State::complete) << c.name;
    EXPECT_EQ(result.consumed, c.wire.size()) << c.name;
  }
}

struct BadCase {
  const char* name;
  std::string wire;
  unsigned status;
};

const std::vector<BadCase>& badCases() {
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  static const std::vector<BadCase> cases = {
      {"length and coding", post("Content-Length: 5\r\n" + chunked, "0\r\n\r\n"), 400},
      {"coding and length", post(chunked + "Content-Length: 5\r\n", "0\r\n\r\n"), 400},
      {"two lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400},
      {"two equal lengths", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
      {"list of lengths", post("Content-Length: 5, 5\r\n", "hello"), 400},
      {"negative length", post("Content-Length: -5\r\n", "hello"), 400},
      {"signed length", post("Content-Length: +5\r\n", "hello"), 400},
      {"hexadecimal length", post("Content-Length: 0x5\r\n", "hello"), 400},
      {"empty length", post("Content-Length: \r\n", ""), 400},
      {"overflowing length", post("Content-Length: 18446744073709551621\r\n", "hello"), 400},
      {"length over the limit", post("Content-Length: 65\r\n", ""), 413},
      {"chunk over the limit", post(chunked, "41\r\nx"), 413},
      {"chunks over the limit",
       post(chunked, "20\r\n" + std::string(32, 'x') + "\r\n21\r\n" + std::string(33, 'x')), 413},
      {"two codings", post(chunked + chunked, "0\r\n\r\n"), 400},
      {"unknown coding", post("Transfer-Encoding: gzip\r\n", ""), 501},
      {"list of codings", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501},
      {"chunked not last", post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), 501},
      {"identity", post("Transfer-Encoding: identity\r\n", ""), 501},
      {"disguised coding", post("Transfer-Encoding: xchunked\r\n", ""), 501},
      {"blank before the colon", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), 400},
      {"coding under HTTP/1.0", "POST /x HTTP/1.0\r\n" + chunked + "\r\n0\r\n\r\n", 400},
      {"bare LF", "GET /x HTTP/1.1\nHost: h\n\n", 400},
      {"bare LF within", "GET /x HTTP/1.1\r\nHost: h\nA: b\r\n\r\n", 400},
      {"bare CR", "GET /x HTTP/1.1\r\nHost: h\rA: b\r\n\r\n", 400},
      {"folded line", "GET /x HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n", 400},
      {"blank after the request line", "GET /x HTTP/1.1\r\n Host: h\r\n\r\n", 400},
      {"NUL in a value", std::string("GET /x HTTP/1.1\r\nHost: h\r\nA: \0\r\n\r\n", 34), 400},
      {"no colon", "GET /x HTTP/1.1\r\nHost: h\r\nA\r\n\r\n", 400},
      {"empty name", "GET /x HTTP/1.1\r\nHost: h\r\n: b\r\n\r\n", 400},
      {"no Host", "GET /x HTTP/1.1\r\n\r\n", 400},
      {"two Hosts", "GET /x HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n", 400},
      {"two empty lines first", "\r\n\r\nGET /x HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"no method", " /x HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"two blanks", "GET  /x HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"HTTP/0.9", "GET /x\r\n\r\n", 400},
      {"lower-case version", "GET /x http/1.1\r\nHost: h\r\n\r\n", 400},
      {"HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"HTTP/3.0", "GET /x HTTP/3.0\r\nHost: h\r\n\r\n", 505},
      {"TLS", "\x16\x03\x01\x02\x01", 400},
      {"unknown expectation", post("Expect: gold\r\n", ""), 417},
      {"headers over the limit", "GET /x HTTP/1.1\r\nA: " + std::string(2000, 'x'), 431},
      {"target over the limit", "GET /" + std::string(2000, 'x'), 431},
      {"chunk size no number", post(chunked, "zz\r\n\r\n"), 400},
      {"chunk size negative", post(chunked, "-1\r\nx\r\n"), 400},
      {"chunk size with prefix", post(chunked, "0x1\r\nx\r\n0\r\n\r\n"), 400},
      {"chunk size overflows", post(chunked, "10000000000000001\r\nx\r\n"), 400},
      {"chunk longer than said", post(chunked, "1\r\nxy\r\n0\r\n\r\n"), 400},
      {"chunk with bare LF", post(chunked, "1\nx\n0\n\n\r\n\r\n"), 400},
      {"chunk data ends in LF", post(chunked, "1\r\nx\n0\r\n\r\n"), 400},
      {"Content-Length in trailers", post(chunked, "0\r\nContent-Length: 5\r\n\r\n"), 400},
  };
  return cases;
}

TEST(RequestReader, RefusesBadRequestsHoweverTheyArrive) {
  for (const auto& c : badCases()) {
    std::vector<ReadResult> results = {readWhole(c.wire), readByteByByte(c.wire)};
    for (size_t cut = 1; cut < c.wire.size(); ++cut) {
      results.push_back(readInPieces(c.wire, {cut, c.wire.size()}));
    }
    for (const auto& result : results) {
      ASSERT_EQ(result.state, State::failed) << c.name;
      ASSERT_EQ(result.failure.status, c.status) << c.name << ": " << result.failure.message;
    }
  }
}

TEST(RequestReader, TakesHeadersUpToTheLimitExactly) {
  const std::string before = "GET /x HTTP/1.1\r\nHost: h\r\nA: ";
  const std::string fits =
      before + std::string(kLimits.headerBytes - before.size() - 4, 'x') + "\r\n\r\n";
  ASSERT_EQ(fits.size(), kLimits.headerBytes);
  EXPECT_EQ(readWhole(fits).state, State::complete);
  EXPECT_EQ(readByteByByte(fits).state, State::complete);

  const std::string over =
      before + std::string(kLimits.headerBytes - before.size() - 3, 'x') + "\r\n\r\n";
  EXPECT_EQ(readWhole(over).failure.status, 431u);
}

TEST(RequestReader, TakesABodyUpToTheLimitExactly) {
  EXPECT_EQ(readWhole(post("Content-Length: 64\r\n", std::string(64, 'x'))).state, State::complete);
}

TEST(RequestReader, DecidesWhetherTheConnectionIsKept) {
  const auto keepsAlive = [](const std::string& line, const std::string& headers) {
    return readWhole(line + "\r\nHost: h\r\n" + headers + "\r\n").request.keepAlive;
  };
  EXPECT_TRUE(keepsAlive("GET /x HTTP/1.1", ""));
  EXPECT_FALSE(keepsAlive("GET /x HTTP/1.1", "Connection: close\r\n"));
  EXPECT_FALSE(keepsAlive("GET /x HTTP/1.1", "Connection: x, Close\r\n"));
  EXPECT_FALSE(keepsAlive("GET /x HTTP/1.0", ""));
  EXPECT_TRUE(keepsAlive("GET /x HTTP/1.0", "Connection: keep-alive\r\n"));
}

TEST(RequestReader, SeesTheExpectationOnlyUnderHttp11) {
  const std::string headers = "Host: h\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n";
  const auto modern = readWhole("POST /x HTTP/1.1\r\n" + headers);
  EXPECT_EQ(modern.state, State::body);
  EXPECT_TRUE(modern.request.expectsContinue);
  EXPECT_FALSE(readWhole("POST /x HTTP/1.0\r\n" + headers).request.expectsContinue);
}

}  // namespace
}  // namespace brood::gateway
