#include "recorder/exports/plain_reply.h"

#include <gtest/gtest.h>

namespace brood::recorder {
namespace {

HttpReply reply(long status, const std::string& body) {
  HttpReply made;
  made.status = status;
  made.body = body;
  return made;
}

TEST(PlainReplyTest, HasTheServersMessage) {
  EXPECT_EQ(plainReply(reply(404, "no such table")), "the server answered 404: no such table");
  HttpReply none;
  none.problem = "Could not connect to server";
  EXPECT_EQ(plainReply(none), "no answer: Could not connect to server");
}

TEST(PlainReplyTest, IsOneShortLine) {
  EXPECT_EQ(plainReply(reply(400, "a\nb\x1b[2J")), "the server answered 400: a b [2J");
  EXPECT_EQ(plainReply(reply(400, std::string(100'000, 'a'))).size(), 300u);
}

TEST(PlainReplyTest, LeavesTheKeyOut) {
  EXPECT_EQ(plainReply(reply(401, "bad key s3cret, s3cret"), "s3cret"),
            "the server answered 401: bad key [key], [key]");
}

}  // namespace
}  // namespace brood::recorder
