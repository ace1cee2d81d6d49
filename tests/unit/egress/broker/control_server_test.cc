#include "egress/broker/control_server.h"

#include "rpc/wire/fd_passing.h"
#include "tests/unit/egress/broker/broker_fixture.h"

namespace brood::egress {
namespace {

class ControlServerTest : public BrokerTest {
 protected:
  ControlServerTest() : pair(newSeqpacketPair()) {}
  ~ControlServerTest() noexcept override = default;

  void send(const std::function<void(wire::ToBroker::Builder)>& fill) {
    capnp::MallocMessageBuilder message;
    fill(message.initRoot<wire::ToBroker>());
    sendMessage(pair.first.get(), toBytes(message));
  }
  // The next message, which is there already.
  kj::Array<kj::byte> receive() {
    auto outcome = receiveMessage(pair.first.get());
    KJ_REQUIRE(outcome.kind == ReceiveOutcome::Kind::message);
    return kj::mv(outcome.message.bytes);
  }

  std::pair<OwnedFd, OwnedFd> pair;
  Broker broker{io, resolver, tls, logger};
};

TEST_F(ControlServerTest, SaysWhatItHasGivenUp) {
  ControlServer server(io.port(), std::move(pair.second), broker, logger);
  server.sendReady({{"seccomp"}, {"landlock: too old"}});
  ControlMessage message(receive());
  EXPECT_STREQ(message.fromBroker().getReady().getMissing()[0].cStr(), "landlock: too old");
}

TEST_F(ControlServerTest, AnswersInTheOrderThatItWasAskedIn) {
  ControlServer server(io.port(), std::move(pair.second), broker, logger);
  send([](auto request) {
    request.setRequestId(7);
    request.setStatus();
  });
  send([](auto request) {
    request.setRequestId(8);
    request.initStartJob().setSlot(1);
  });
  auto running = server.run().eagerlyEvaluate(nullptr);
  ControlMessage first(receive()), second(receive());
  EXPECT_EQ(first.fromBroker().getRequestId(), 7u);
  EXPECT_TRUE(first.fromBroker().isStatus());
  EXPECT_EQ(second.fromBroker().getRequestId(), 8u);
  EXPECT_STREQ(second.fromBroker().getRefused().cStr(), "there is no such slot");
}

TEST_F(ControlServerTest, EndsWithTheSupervisor) {
  ControlServer server(io.port(), std::move(pair.second), broker, logger);
  auto running = server.run();
  pair.first.reset();
  running.wait(io.waitScope());
}

}  // namespace
}  // namespace brood::egress
