#include "recorder/exports/supabase_sink.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "tests/unit/recorder/http_listener.h"
#include "tests/unit/recorder/temporary_folder.h"

namespace brood::recorder {
namespace {

using Answer = HttpListener::Answer;
using Received = HttpListener::Received;
using std::chrono::milliseconds;

constexpr auto kPatience = std::chrono::seconds(60);

std::string row(int number) { return "{\"id\":\"r_" + std::to_string(number) + "\"}"; }

std::set<std::string> idsIn(const std::vector<Received>& all) {
  std::set<std::string> ids;
  for (const auto& received : all) {
    for (const auto& each : nlohmann::json::parse(received.body)) ids.insert(each["id"]);
  }
  return ids;
}

class SupabaseSinkTest : public testing::Test {
 protected:
  void start(const std::string& url, SupabaseSinkSettings settings = {}) {
    settings.supabase.url = url;
    settings.supabase.key = "s3cret";
    settings.supabase.bucket = "files";
    settings.spoolFolder = folder_ / "spool";
    settings.firstPause = settings.longestPause = milliseconds(1);
    sink_.emplace(settings, [this](const std::string& text) {
      const std::lock_guard lock(mutex_);
      said_.push_back(text);
    });
  }
  std::vector<std::string> said() {
    const std::lock_guard lock(mutex_);
    return said_;
  }

  TemporaryFolder folder_;
  std::mutex mutex_;
  std::vector<std::string> said_;
  std::optional<SupabaseSink> sink_;
};

TEST_F(SupabaseSinkTest, BringsRowsAndFiles) {
  HttpListener server;
  start(server.url());
  sink_->addRows({row(1), row(2)});
  sink_->addFile("acme/j_1/out.txt", "hello");
  ASSERT_TRUE(sink_->waitUntilEmpty(kPatience));
  const auto received = server.waitFor(2);
  EXPECT_EQ(received[0].target, "/rest/v1/brood_executions?on_conflict=id");
  EXPECT_EQ(received[1].target, "/storage/v1/object/files/acme/j_1/out.txt");
  EXPECT_EQ(sink_->sent(), 3u);
  EXPECT_EQ(sink_->waitingBytes(), 0u);
}

TEST_F(SupabaseSinkTest, WaitsForAServerThatIsBusy) {
  std::atomic<int> asked = 0;
  HttpListener server([&](const Received&) {
    return Answer{asked++ < 3 ? 503u : 201u, "busy with s3cret", {}};
  });
  start(server.url());
  sink_->addRows({row(1)});
  ASSERT_TRUE(sink_->waitUntilEmpty(kPatience));
  EXPECT_EQ(sink_->sent(), 1u);
  EXPECT_EQ(sink_->givenUp(), 0u);
  ASSERT_EQ(said().size(), 1u);  // Not once for each attempt.
  EXPECT_EQ(said()[0], "supabase: the server answered 503: busy with [key]");
}

TEST_F(SupabaseSinkTest, AnOutageLosesNothingAndDoublesNothing) {
  std::string url;
  {
    HttpListener gone;
    url = gone.url();
  }
  start(url);
  for (int i = 0; i < 50; ++i) sink_->addRows({row(2 * i), row(2 * i + 1)});
  EXPECT_FALSE(sink_->waitUntilEmpty(milliseconds(0)));
  sink_.reset();  // As by a restart.
  HttpListener server;
  start(server.url());
  sink_->addRows({row(100)});
  ASSERT_TRUE(sink_->waitUntilEmpty(kPatience));
  const auto received = server.waitFor(1);
  EXPECT_EQ(idsIn(received).size(), 101u);
  EXPECT_LE(received.size(), 3u);  // Many items in one request.
  EXPECT_EQ(sink_->sent(), 101u);
}

TEST_F(SupabaseSinkTest, OneBadRowTakesNoOtherWithIt) {
  HttpListener server([](const Received& received) {
    const bool isBad = received.body.find("\"r_3\"") != std::string::npos;
    return isBad ? Answer{400, "invalid", {}} : Answer{201, "", {}};
  });
  start(server.url());
  sink_->addRows({row(1), row(2), row(3), row(4)});
  ASSERT_TRUE(sink_->waitUntilEmpty(kPatience));
  EXPECT_EQ(sink_->sent(), 3u);
  EXPECT_EQ(sink_->givenUp(), 1u);
  ASSERT_EQ(said().size(), 1u);
  EXPECT_EQ(said()[0], "supabase: given up: the server answered 400: invalid");
}

TEST_F(SupabaseSinkTest, AMissingTableIsWaitedFor) {
  std::atomic<bool> isMade = false;
  HttpListener server([&](const Received&) {
    return isMade ? Answer{201, "", {}} : Answer{404, "relation does not exist", {}};
  });
  start(server.url());
  sink_->addRows({row(1)});
  server.waitFor(2);
  EXPECT_EQ(sink_->givenUp(), 0u);
  isMade = true;
  ASSERT_TRUE(sink_->waitUntilEmpty(kPatience));
  EXPECT_EQ(sink_->sent(), 1u);
}

TEST_F(SupabaseSinkTest, WhatHasNoRoomIsCounted) {
  std::string url;
  {
    HttpListener gone;
    url = gone.url();
  }
  SupabaseSinkSettings settings;
  settings.spoolBytes = 100;
  start(url, settings);
  sink_->addRows({row(1), row(2)});
  sink_->addRows({std::string(200, ' '), row(3)});
  EXPECT_EQ(sink_->givenUp(), 2u);
  EXPECT_GT(sink_->waitingBytes(), 0u);
}

TEST_F(SupabaseSinkTest, WhatIsTooOldIsGivenUp) {
  std::string url;
  {
    HttpListener gone;
    url = gone.url();
  }
  SupabaseSinkSettings settings;
  settings.giveUpAfter = milliseconds(0);
  start(url, settings);
  sink_->addRows({row(1)});
  ASSERT_TRUE(sink_->waitUntilEmpty(kPatience));
  EXPECT_EQ(sink_->sent() + sink_->givenUp(), 1u);
}

}  // namespace
}  // namespace brood::recorder
