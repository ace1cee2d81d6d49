#include "egress/protocols/http_reader.h"

#include <gtest/gtest.h>

namespace brood::egress {
namespace {

// Head and body, given `step` bytes at a time; "problem" and why.
template <typename Reader>
std::string readBody(Reader& reader, const std::string& wire, size_t step, bool endsThere = false) {
  std::string body;
  size_t consumed = 0, has = 0;
  char room[7];
  while (has < wire.size()) {
    has = std::min(wire.size(), has + step);
    while (true) {
      const auto offered = std::string_view(wire).substr(consumed, has - consumed);
      size_t produced = 0;
      const size_t taken =
          reader.hasHead() ? reader.feedBody(offered, room, produced) : reader.feedHead(offered);
      consumed += taken;
      body.append(room, produced);
      if (taken == 0 && produced == 0) break;
    }
    if (reader.problem()) return "problem: " + *reader.problem();
  }
  if (endsThere) reader.feedEnd();
  if (reader.problem()) return "problem: " + *reader.problem();
  return body + (reader.isDone() ? "." : "...") + wire.substr(consumed);
}

std::string response(const std::string& wire, size_t step, bool endsThere = false) {
  HttpResponseReader reader(1024);
  return readBody(reader, wire, step, endsThere);
}

TEST(HttpReader, ReadsABodyByItsLength) {
  const std::string wire = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello worldnext";
  for (const size_t step : {1, 5, 1000}) EXPECT_EQ(response(wire, step), "hello world.next");
  EXPECT_EQ(response(wire.substr(0, wire.size() - 6), 3), "hello wor...");
  EXPECT_EQ(response(wire.substr(0, wire.size() - 6), 3, true),
            "problem: the message ends before its end");
}

TEST(HttpReader, ReadsABodyInChunks) {
  const std::string wire =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n6\r\n world\r\n"
      "0\r\nTrailer: t\r\n\r\n";
  for (const size_t step : {1, 2, 3, 5, 1000}) EXPECT_EQ(response(wire, step), "hello world.");
  EXPECT_EQ(
      response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 1).substr(0, 8),
      "problem:");
}

TEST(HttpReader, ReadsABodyToTheEnd) {
  const std::string wire = "HTTP/1.1 200 OK\r\n\r\nhello";
  EXPECT_EQ(response(wire, 2), "hello...");
  EXPECT_EQ(response(wire, 2, true), "hello.");
}

TEST(HttpReader, TheAnswerToHeadHasNoBody) {
  HttpResponseReader reader(1024);
  reader.expectNoBody();
  const std::string wire = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP";
  EXPECT_EQ(readBody(reader, wire, 1000), ".HTTP");
  EXPECT_EQ(reader.framing().length, 5u);
}

TEST(HttpReader, NoBodyIsDoneWithItsHead) {
  for (const char* head : {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\n\r\n",
                           "HTTP/1.1 100 Continue\r\n\r\n"}) {
    EXPECT_EQ(response(std::string(head) + "next", 1000), ".next") << head;
  }
  HttpRequestReader request(1024);
  EXPECT_EQ(readBody(request, "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET", 1), ".GET");
}

TEST(HttpReader, TheHeadIsBounded) {
  const std::string wire = "HTTP/1.1 200 OK\r\nX: " + std::string(2000, 'x');
  EXPECT_EQ(response(wire, 10), "problem: the head has more than 1024 bytes");
}

}  // namespace
}  // namespace brood::egress
