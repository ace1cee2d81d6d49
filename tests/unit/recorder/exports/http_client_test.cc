#include "recorder/exports/http_client.h"

#include <gtest/gtest.h>

#include "tests/unit/recorder/http_listener.h"

namespace brood::recorder {
namespace {

using Answer = HttpListener::Answer;
using Received = HttpListener::Received;

TEST(HttpClientTest, SendsAndReceives) {
  HttpListener server([](const Received&) { return Answer{201, "made", {{"Retry-After", "7"}}}; });
  const std::atomic<bool> isStopped = false;
  HttpClient client({}, isStopped);
  const auto reply = client.post(server.url() + "/a?b=c", {"X-Name: value"}, "body");
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(reply.body, "made");
  EXPECT_EQ(reply.retryAfter.count(), 7000);
  const auto received = server.waitFor(1);
  EXPECT_EQ(received[0].target, "/a?b=c");
  EXPECT_EQ(received[0].body, "body");
  EXPECT_EQ(received[0].headers.at("x-name"), "value");
  EXPECT_FALSE(received[0].headers.contains("expect"));
}

TEST(HttpClientTest, KeepsItsConnection) {
  HttpListener server;
  const std::atomic<bool> isStopped = false;
  HttpClient client({}, isStopped);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client.post(server.url(), {}, std::string(100'000, 'x')).status, 200);
  }
  EXPECT_EQ(server.connections(), 1u);
}

TEST(HttpClientTest, NobodyThereIsNoAnswer) {
  std::string url;
  {
    HttpListener server;
    url = server.url();
  }
  const std::atomic<bool> isStopped = false;
  HttpClient client({}, isStopped);
  const auto reply = client.post(url, {}, "x");
  EXPECT_EQ(reply.status, 0);
  EXPECT_NE(reply.problem, "");
}

TEST(HttpClientTest, FollowsNoRedirection) {
  HttpListener other;
  HttpListener server([&](const Received&) {
    return Answer{307, "", {{"Location", other.url() + "/"}}};
  });
  const std::atomic<bool> isStopped = false;
  HttpClient client({}, isStopped);
  EXPECT_EQ(client.post(server.url(), {"apikey: secret"}, "x").status, 307);
  EXPECT_EQ(other.connections(), 0u);
}

TEST(HttpClientTest, AnAnswerIsBounded) {
  HttpListener server([](const Received&) { return Answer{200, std::string(1u << 20, 'a'), {}}; });
  const std::atomic<bool> isStopped = false;
  HttpClient client({}, isStopped);
  EXPECT_EQ(client.post(server.url(), {}, "x").body.size(), 64u << 10);
}

TEST(HttpClientTest, SpeaksNothingButHttp) {
  const std::atomic<bool> isStopped = false;
  HttpClient client({}, isStopped);
  EXPECT_EQ(client.post("file:///etc/passwd", {}, "x").status, 0);
  EXPECT_EQ(urlProblem("https://project.supabase.co"), "");
  EXPECT_EQ(urlProblem("http://127.0.0.1:4318/v1/traces"), "");
  for (const char* url : {"", "file:///etc/passwd", "project.supabase.co", "ftp://host/",
                          "https://user:password@host/", "https:// host/"}) {
    EXPECT_NE(urlProblem(url), "") << url;
  }
}

TEST(HttpClientTest, EndsOnceItIsStopped) {
  std::atomic<bool> isStopped = false;
  HttpListener server([&](const Received&) {
    isStopped = true;
    return Answer{200, std::string(8u << 20, 'a'), {}};
  });
  HttpClient client({}, isStopped);
  EXPECT_EQ(client.post(server.url(), {}, "x").status, 0);
}

}  // namespace
}  // namespace brood::recorder
