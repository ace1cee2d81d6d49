#include "egress/broker/broker.h"

#include <capnp/message.h>

#include "tests/unit/egress/broker/broker_fixture.h"

namespace brood::egress {
namespace {

class BrokerCallsTest : public BrokerTest {
 protected:
  Broker::Problem listen(uint64_t slot, size_t sockets = 1) {
    capnp::MallocMessageBuilder message;
    auto request = message.initRoot<wire::AddListeners>();
    request.setSlot(slot);
    request.initListeners(1)[0].setHttp();
    kj::Vector<OwnedFd> fds;
    for (size_t i = 0; i < sockets; ++i) fds.add(newListener());
    return broker.addListeners(request, kj::mv(fds));
  }
  Broker::Problem start(uint64_t slot, std::vector<const char*> allow = {}) {
    capnp::MallocMessageBuilder message;
    auto request = message.initRoot<wire::StartJob>();
    request.setSlot(slot);
    request.setTenant("tenant");
    request.setIsNarrowed(!allow.empty());
    auto list = request.initAllow(static_cast<kj::uint>(allow.size()));
    for (kj::uint i = 0; i < list.size(); ++i) list.set(i, allow[i]);
    return broker.startJob(request);
  }
  Broker::Problem configure(const char* entry) {
    capnp::MallocMessageBuilder message;
    auto request = message.initRoot<wire::Configuration>();
    request.initEntries(1).set(0, entry);
    return broker.configure(request);
  }
  std::pair<uint32_t, uint32_t> slotsAndJobs() {
    capnp::MallocMessageBuilder message;
    auto status = message.initRoot<wire::Status>();
    broker.writeStatus(status);
    return {status.getSlots(), status.getJobs()};
  }
  void end(uint64_t slot) {
    capnp::MallocMessageBuilder message;
    broker.endJob(slot, message.initRoot<wire::Report>());
  }

  Broker broker{io, resolver, tls, logger};
};

TEST_F(BrokerCallsTest, ASlotHasOneJob) {
  EXPECT_FALSE(listen(1));
  EXPECT_FALSE(start(1));
  EXPECT_EQ(start(1), "the slot has a job already");
  EXPECT_EQ(start(2), "there is no such slot");
  EXPECT_EQ(slotsAndJobs(), std::make_pair(1u, 1u));
  end(1);
  EXPECT_EQ(slotsAndJobs(), std::make_pair(0u, 0u));
  end(1);
}

TEST_F(BrokerCallsTest, AListenerIsASocket) {
  EXPECT_EQ(listen(1, 0), "there are not as many sockets as listeners");
  EXPECT_EQ(listen(1, 2), "there are not as many sockets as listeners");
  EXPECT_EQ(slotsAndJobs(), std::make_pair(0u, 0u));
}

TEST_F(BrokerCallsTest, ARequestNarrows) {
  EXPECT_FALSE(configure("a.example"));
  EXPECT_FALSE(listen(1));
  EXPECT_NE(start(1, {"b.example"})->find("'b.example'"), std::string::npos);
  EXPECT_FALSE(start(1, {"a.example"}));
}

TEST_F(BrokerCallsTest, AWrongListIsRefused) {
  EXPECT_NE(configure("a b")->find("'a b'"), std::string::npos);
  EXPECT_FALSE(configure("a.example"));
}

}  // namespace
}  // namespace brood::egress
