#include "egress/broker/slot.h"

#include "tests/unit/egress/broker/broker_fixture.h"

namespace brood::egress {
namespace {

class SlotTest : public BrokerTest {
 protected:
  SlotTest() { slot.addListener(newListener(), {ListenerRole::Kind::http, {}, 0}); }
  ~SlotTest() noexcept override = default;

  void start(const JobLimits& limits = {}) {
    slot.startJob(limits, Narrowing::everythingAllowed(), tenant);
  }
  std::string answerTo(kj::AsyncIoStream& client) {
    static const std::string kRequest = "CONNECT a.example:443 HTTP/1.0\r\n\r\n";
    client.write(kRequest.data(), kRequest.size()).wait(io.waitScope());
    return client.readAllText().wait(io.waitScope()).cStr();
  }

  Dialler dialler{io.lowLevel(), io.timer()};
  SettingsPtr settings = std::make_shared<Settings>();
  const Services services{io.lowLevel(), io.timer(), resolver, dialler, settings, tls};
  Counters counters;
  ConnectionTotal total;
  TenantUse tenant{JobLimits()};
  Slot slot{io.port(), services, counters, total, logger};
};

TEST_F(SlotTest, ServesTheConnectionsOfItsJob) {
  start();
  auto client = connect();
  EXPECT_EQ(answerTo(*client).substr(0, 12), "HTTP/1.1 403");
  EXPECT_EQ(counters.connections, 1u);
}

TEST_F(SlotTest, AConnectionWaitsForTheJob) {
  EXPECT_FALSE(slot.hasJob());
  auto client = connect();
  start();
  EXPECT_EQ(answerTo(*client).substr(0, 12), "HTTP/1.1 403");
}

TEST_F(SlotTest, TellsWhoIsOneTooMany) {
  JobLimits limits;
  limits.connectionsAtOnce = 1;
  start(limits);
  auto first = connect();
  // It is there once the broker has answered something.
  const std::string half = "CONNECT";
  first->write(half.data(), half.size()).wait(io.waitScope());
  while (counters.connections < 1) kj::evalLast([] {}).wait(io.waitScope());
  auto second = connect();
  EXPECT_NE(answerTo(*second).find("has 1 connections open"), std::string::npos);
}

TEST_F(SlotTest, CountsAllJobsTogether) {
  auto full = std::make_shared<Settings>();
  full->connections = 0;
  settings = full;
  start();
  auto client = connect();
  EXPECT_NE(answerTo(*client).find("as many connections as it may"), std::string::npos);
}

}  // namespace
}  // namespace brood::egress
