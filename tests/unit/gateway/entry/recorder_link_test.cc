#include "gateway/entry/recorder_link.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/unit/recorder/recorder_fixture.h"

namespace brood::gateway {
namespace {

using recorder::AuditLog;
using recorder::AuditOnFailure;
using recorder::AuditSync;
using recorder::RecorderHost;

class RecorderLinkTest : public testing::Test {
 protected:
  ~RecorderLinkTest() noexcept override = default;

  void start(RecorderSettings settings = {}) {
    settings.socketPath = host_.socketPath();
    settings.wantsEvents = true;
    settings.linger = 1 * kj::MILLISECONDS;
    link_.emplace(io_.provider().getNetwork(), io_.timer(), settings,
                  RecorderLink::Callbacks{[this](std::string_view text) { keys_ = text; },
                                          [this](const std::string& chain, const std::string& key,
                                                 const std::string& authorities) {
                                            certificate_ = chain + key + authorities;
                                          },
                                          [this](std::string_view text) { usage_ = text; },
                                          [this] { return std::exchange(newUsage_, ""); }},
                  logger_);
  }
  void note(const std::string& detail) {
    AuditEvent event;
    event.kind = "job";
    event.detail = detail;
    link_->note(std::move(event));
  }
  void keep() { link_->whenKept().wait(io_.waitScope()); }
  std::vector<std::string> written() {
    std::istringstream text(recorder::contentOf(host_.auditPath()));
    std::vector<std::string> details;
    for (std::string line; std::getline(text, line);) {
      details.push_back(nlohmann::json::parse(line).value("detail", ""));
    }
    return details;
  }
  void fillDisk() { host_.audit() = AuditLog({"/dev/full", AuditSync::never, onFailure_}); }
  void emptyDisk() { host_.audit() = AuditLog({host_.auditPath(), AuditSync::never, onFailure_}); }
  // Lets the loop turn until it is so.
  template <typename Condition>
  void until(Condition condition) {
    while (!condition()) io_.timer().afterDelay(1 * kj::MILLISECONDS).wait(io_.waitScope());
  }

  const AuditOnFailure onFailure_ = AuditOnFailure::refuse;
  UvAsyncIo io_;
  RecorderHost host_{io_};
  spdlog::logger logger_{"test"};
  std::string keys_, certificate_, usage_, newUsage_;
  std::optional<RecorderLink> link_;
};

using Strings = std::vector<std::string>;

TEST_F(RecorderLinkTest, WhatIsNotedIsWrittenInItsOrder) {
  start();
  for (const char* detail : {"a", "b", "c"}) note(detail);
  keep();
  EXPECT_EQ(written(), (Strings{"a", "b", "c"}));
  keep();  // Nothing to wait for.
}

TEST_F(RecorderLinkTest, ManyAreWrittenInBatches) {
  start();
  for (int i = 0; i < 2000; ++i) note(std::to_string(i));
  keep();
  ASSERT_EQ(written().size(), 2000u);
  EXPECT_EQ(written()[1999], "1999");
}

TEST_F(RecorderLinkTest, ARecorderThatComesBackMissesNothingAndHasNothingTwice) {
  start();
  note("a");
  keep();
  host_.stop();
  note("b");
  note("c");
  host_.start();
  keep();
  EXPECT_EQ(written(), (Strings{"a", "b", "c"}));
}

TEST_F(RecorderLinkTest, AFullDiskIsNoticedAndWorkGoesOnAfterwards) {
  RecorderSettings settings;
  settings.refusesWithout = true;
  start(settings);
  EXPECT_TRUE(link_->mayWork());
  note("a");
  keep();
  fillDisk();
  note("b");
  until([&] { return !link_->mayWork(); });
  EXPECT_NE(link_->problem().find("No space left"), std::string::npos);
  emptyDisk();
  keep();
  EXPECT_TRUE(link_->mayWork());
  EXPECT_EQ(written(), (Strings{"a", "b"}));
}

TEST_F(RecorderLinkTest, WhatHasNoRoomIsCountedAndTold) {
  host_.stop();
  RecorderSettings settings;
  settings.maxEvents = 3;
  start(settings);
  for (const char* detail : {"a", "b", "c", "d", "e"}) note(detail);
  EXPECT_EQ(link_->eventsLost(), 2u);
  host_.start();
  keep();
  note("f");
  keep();
  EXPECT_EQ(written(), (Strings{"a", "b", "c", "", "f"}));
  EXPECT_NE(recorder::contentOf(host_.auditPath()).find("\"kind\":\"lost\",\"lost\":2"),
            std::string::npos);
}

TEST_F(RecorderLinkTest, NoWorkIsTakenThatWouldHaveNoRoom) {
  host_.stop();
  RecorderSettings settings;
  settings.maxEvents = 2;
  settings.refusesWithout = true;
  start(settings);
  note("a");
  EXPECT_TRUE(link_->mayWork());
  note("b");
  EXPECT_FALSE(link_->mayWork());
}

TEST_F(RecorderLinkTest, BringsKeysAndUsage) {
  UsageBook book;
  book.on("acme", "2026-11-29").jobs = 7;
  host_.usage().raise(usageText(book));
  start();
  until([&] { return !usage_.empty(); });
  EXPECT_EQ(usage_, usageText(book));
  EXPECT_EQ(keys_, "");
  const std::string text = "{\"version\":1,\"keys\":[]}";
  std::ofstream(host_.keysPath()) << text;
  ::chmod(host_.keysPath().c_str(), 0600);
  host_.keys().look();
  until([&] { return !keys_.empty(); });
  EXPECT_EQ(keys_, text);
}

TEST_F(RecorderLinkTest, UsageGoesAlong) {
  UsageBook book;
  book.on("acme", "2026-11-29").jobs = 9;
  newUsage_ = usageText(book);
  start();
  note("a");
  until([&] { return host_.usage().text() == usageText(book); });
}

TEST_F(RecorderLinkTest, UsageThatWasNotTakenGoesAgain) {
  UsageBook book;
  book.on("acme", "2026-11-29").jobs = 9;
  start();
  note("a");
  keep();
  fillDisk();
  newUsage_ = usageText(book);
  note("b");
  until([&] { return !link_->problem().empty(); });
  emptyDisk();
  until([&] { return host_.usage().text() == usageText(book); });
}

}  // namespace
}  // namespace brood::gateway
