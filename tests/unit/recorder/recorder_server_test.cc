#include "recorder/recorder_server.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/unit/recorder/recorder_fixture.h"

namespace brood::recorder {
namespace {

class NoReader final : public rpc::KeyReader::Server {
 public:
  kj::Promise<void> keys(KeysContext) override { return kj::READY_NOW; }
};

class RecorderServerTest : public testing::Test {
 protected:
  RecorderServerTest() { connect(); }
  ~RecorderServerTest() noexcept override = default;

  void connect() {
    stream_ = io_.provider()
                  .getNetwork()
                  .parseAddress(kj::str("unix:", host_.socketPath().c_str()))
                  .wait(io_.waitScope())
                  ->connect()
                  .wait(io_.waitScope());
    client_ = kj::heap<capnp::TwoPartyClient>(*stream_);
  }
  void disconnect() {
    client_ = nullptr;
    stream_ = nullptr;
  }
  rpc::Recorder::Client recorder() { return client_->bootstrap().castAs<rpc::Recorder>(); }

  uint64_t attach() {
    auto request = recorder().attachRequest();
    request.setWriter("g_1");
    request.setKeys(kj::heap<NoReader>());
    return request.send().wait(io_.waitScope()).getLastNumber();
  }
  std::string record(std::vector<uint64_t> numbers, const std::string& usage = "") {
    auto request = recorder().recordRequest();
    request.setWriter("g_1");
    auto batch = request.initBatch();
    auto events = batch.initEvents(static_cast<unsigned>(numbers.size()));
    for (unsigned i = 0; i < events.size(); ++i) {
      AuditEvent event;
      event.number = numbers[i];
      event.kind = "job";
      writeEvent(event, events[i]);
    }
    batch.setUsage(usage);
    auto response = request.send().wait(io_.waitScope());
    return response.getKept() ? "" : response.getProblem().cStr();
  }
  std::vector<uint64_t> written() {
    std::istringstream text(contentOf(host_.auditPath()));
    std::vector<uint64_t> numbers;
    for (std::string line; std::getline(text, line);) {
      const auto parsed = nlohmann::json::parse(line);
      EXPECT_EQ(parsed["writer"], "g_1");
      numbers.push_back(parsed["number"]);
    }
    return numbers;
  }

  UvAsyncIo io_;
  RecorderHost host_{io_};
  kj::Own<kj::AsyncIoStream> stream_;
  kj::Own<capnp::TwoPartyClient> client_;
};

using Numbers = std::vector<uint64_t>;

TEST_F(RecorderServerTest, WritesEachEventOnce) {
  EXPECT_EQ(attach(), 0u);
  EXPECT_EQ(record({1, 2}), "");
  EXPECT_EQ(record({2, 3}), "");
  EXPECT_EQ(written(), (Numbers{1, 2, 3}));
  EXPECT_EQ(attach(), 3u);
}

TEST_F(RecorderServerTest, KnowsAfterAKillWhatItHas) {
  attach();
  record({1, 2});
  disconnect();
  host_.stop();
  host_.start();
  connect();
  EXPECT_EQ(attach(), 2u);
  record({1, 2, 3});
  EXPECT_EQ(written(), (Numbers{1, 2, 3}));
}

TEST_F(RecorderServerTest, SaysThatNothingIsKept) {
  attach();
  record({1});
  host_.audit() = AuditLog({"/dev/full", AuditSync::never, AuditOnFailure::refuse});
  EXPECT_NE(record({2}).find("No space left"), std::string::npos);
  host_.audit() = AuditLog({host_.auditPath(), AuditSync::never, AuditOnFailure::refuse});
  EXPECT_EQ(record({2, 3}), "");
  EXPECT_EQ(written(), (Numbers{1, 2, 3}));
}

TEST_F(RecorderServerTest, KeepsUsage) {
  gateway::UsageBook book;
  book.on("acme", "2026-11-29").jobs = 7;
  attach();
  EXPECT_EQ(record({}, usageText(book)), "");
  EXPECT_EQ(record({}, "nonsense"), "");  // Told in the log; the rest of the batch counts.
  auto request = recorder().attachRequest();
  request.setWriter("g_2");
  request.setKeys(kj::heap<NoReader>());
  EXPECT_EQ(std::string(request.send().wait(io_.waitScope()).getUsage().cStr()), usageText(book));
}

TEST_F(RecorderServerTest, HasMetrics) {
  record({1, 2});
  auto response = recorder().metricsRequest().send().wait(io_.waitScope());
  EXPECT_NE(std::string(response.getText().cStr()).find("brood_audit_lines_total 2\n"),
            std::string::npos);
}

}  // namespace
}  // namespace brood::recorder
