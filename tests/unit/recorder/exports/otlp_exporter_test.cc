#include "recorder/exports/otlp_exporter.h"

#include <gtest/gtest.h>

#include <future>
#include <nlohmann/json.hpp>
#include <optional>

#include "tests/unit/recorder/http_listener.h"

namespace brood::recorder {
namespace {

using Answer = HttpListener::Answer;
using Received = HttpListener::Received;
using std::chrono::milliseconds;

constexpr auto kPatience = std::chrono::seconds(60);

std::vector<TraceSpan> spans(size_t count) {
  std::vector<TraceSpan> made(count);
  for (auto& span : made) {
    span.traceId.fill(1);
    span.spanId.fill(1);
    span.name = "run";
  }
  return made;
}

size_t spansIn(const Received& received) {
  return nlohmann::json::parse(received.body)["resourceSpans"][0]["scopeSpans"][0]["spans"].size();
}

class OtlpExporterTest : public testing::Test {
 protected:
  void start(const HttpListener& server, OtlpSettings settings = {}) {
    settings.url = tracesUrl(server.url());
    settings.headers = {"api-key: secret"};
    settings.linger = milliseconds(1);
    settings.firstPause = settings.longestPause = milliseconds(1);
    exporter_.emplace(settings, [this](const std::string& text) { said_.push_back(text); });
  }

  std::vector<std::string> said_;
  std::optional<OtlpExporter> exporter_;
};

TEST_F(OtlpExporterTest, SendsInBatches) {
  HttpListener server;
  OtlpSettings settings;
  settings.maxBatch = 10;
  start(server, settings);
  exporter_->add(spans(25));
  const auto received = server.waitFor(3);
  EXPECT_EQ(received[0].target, "/v1/traces");
  EXPECT_EQ(received[0].headers.at("content-type"), "application/json");
  EXPECT_EQ(received[0].headers.at("api-key"), "secret");
  EXPECT_EQ(spansIn(received[0]) + spansIn(received[1]) + spansIn(received[2]), 25u);
  EXPECT_EQ(spansIn(received[0]), 10u);
}

TEST_F(OtlpExporterTest, SendsWhatIsQueuedBeforeItEnds) {
  HttpListener server;
  start(server);
  exporter_->add(spans(3));
  exporter_.reset();
  EXPECT_EQ(spansIn(server.waitFor(1)[0]), 3u);
}

TEST_F(OtlpExporterTest, TriesAgainWhenThereWasNoTime) {
  std::atomic<int> asked = 0;
  HttpListener server([&](const Received&) { return Answer{asked++ < 2 ? 503u : 200u, "", {}}; });
  start(server);
  exporter_->add(spans(4));
  ASSERT_TRUE(exporter_->waitUntilEmpty(kPatience));
  EXPECT_EQ(server.waitFor(3).size(), 3u);
  EXPECT_EQ(exporter_->sent(), 4u);
  exporter_.reset();
  EXPECT_EQ(said_.size(), 1u);
}

TEST_F(OtlpExporterTest, DropsWhatIsNotWanted) {
  HttpListener server([](const Received& received) {
    return spansIn(received) == 4 ? Answer{400, "bad", {}} : Answer{200, "", {}};
  });
  start(server);
  exporter_->add(spans(4));
  ASSERT_TRUE(exporter_->waitUntilEmpty(kPatience));
  exporter_->add(spans(1));
  ASSERT_TRUE(exporter_->waitUntilEmpty(kPatience));
  EXPECT_EQ(exporter_->dropped(), 4u);
  EXPECT_EQ(exporter_->sent(), 1u);
  exporter_.reset();
  ASSERT_EQ(said_.size(), 1u);
  EXPECT_EQ(said_[0], "traces: the server answered 400: bad");
}

TEST_F(OtlpExporterTest, CountsWhatTheCollectorHasDropped) {
  HttpListener server([](const Received&) {
    return Answer{200, R"({"partialSuccess":{"rejectedSpans":"2"}})", {}};
  });
  start(server);
  exporter_->add(spans(5));
  ASSERT_TRUE(exporter_->waitUntilEmpty(kPatience));
  EXPECT_EQ(exporter_->sent(), 3u);
  EXPECT_EQ(exporter_->dropped(), 2u);
}

TEST_F(OtlpExporterTest, ASlowCollectorCostsSpansAndNoTime) {
  std::promise<void> mayAnswer;
  auto answered = mayAnswer.get_future().share();
  HttpListener server([&](const Received&) {
    answered.wait();
    return Answer();
  });
  OtlpSettings settings;
  settings.maxQueued = 100;
  start(server, settings);
  for (int i = 0; i < 100; ++i) exporter_->add(spans(10));
  EXPECT_EQ(exporter_->dropped(), 900u);
  mayAnswer.set_value();
  server.waitFor(1);
}

}  // namespace
}  // namespace brood::recorder
