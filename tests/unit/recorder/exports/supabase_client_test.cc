#include "recorder/exports/supabase_client.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/recorder/http_listener.h"

namespace brood::recorder {
namespace {

TEST(SupabaseClientTest, EveryRowHasTheSameMembers) {
  AuditEvent full;
  full.writer = "g_1";
  full.number = 3;
  full.exitCode = 1;
  full.language = "python";
  full.hosts = {"pypi.org:443"};
  const auto one = nlohmann::json::parse(executionRow(full));
  const auto other = nlohmann::json::parse(executionRow(AuditEvent()));
  EXPECT_EQ(one["id"], "g_1-3");
  EXPECT_EQ(one["exit_code"], 1);
  EXPECT_TRUE(other["exit_code"].is_null());
  ASSERT_EQ(one.size(), other.size());
  for (const auto& [name, value] : one.items()) EXPECT_TRUE(other.contains(name)) << name;
}

TEST(SupabaseClientTest, TextHasNoNul) {
  AuditEvent event;
  event.requestId = std::string("a\0b", 3);
  EXPECT_EQ(nlohmann::json::parse(executionRow(event))["request_id"], "ab");
}

TEST(SupabaseClientTest, PostsRowsAsPostgrestWantsThem) {
  HttpListener server;
  const std::atomic<bool> isStopped = false;
  HttpClient http({}, isStopped);
  const SupabaseSettings settings{server.url() + "/", "s3cret"};
  SupabaseClient client(settings, http);
  const auto reply =
      client.postRows({R"({"id":"a","n":1})", R"({"id":"b"})", R"({"id":"a","n":2})"});
  EXPECT_EQ(reply.status, 200);
  const auto received = server.waitFor(1)[0];
  EXPECT_EQ(received.target, "/rest/v1/brood_executions?on_conflict=id");
  EXPECT_EQ(received.headers.at("apikey"), "s3cret");
  EXPECT_EQ(received.headers.at("authorization"), "Bearer s3cret");
  EXPECT_EQ(received.headers.at("prefer"), "resolution=merge-duplicates,return=minimal");
  EXPECT_EQ(received.body, R"([{"id":"a","n":2},{"id":"b"}])");
}

TEST(SupabaseClientTest, PostsFilesToTheBucket) {
  HttpListener server;
  const std::atomic<bool> isStopped = false;
  HttpClient http({}, isStopped);
  const SupabaseSettings settings{server.url(), "s3cret", "rows", "out puts"};
  SupabaseClient client(settings, http);
  client.postFile("acme/j_1/a b?.png", "bytes");
  const auto received = server.waitFor(1)[0];
  EXPECT_EQ(received.target, "/storage/v1/object/out%20puts/acme/j_1/a%20b%3F.png");
  EXPECT_EQ(received.headers.at("x-upsert"), "true");
  EXPECT_EQ(received.body, "bytes");
}

}  // namespace
}  // namespace brood::recorder
