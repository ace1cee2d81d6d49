#include "supervisor/egress/egress_access.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include "tests/unit/supervisor/egress/running_broker.h"

namespace brood::supervisor {
namespace {

using MaybeNetwork = std::optional<JobNetwork>;

class EgressAccessTest : public testing::Test {
 protected:
  ~EgressAccessTest() noexcept override = default;
  std::string rejection(const EgressAccess& access) {
    auto decision = access.admit(request_.asReader());
    return decision.is<RejectionInfo>()
               ? decision.get<RejectionInfo>().code + " " + decision.get<RejectionInfo>().field
               : "none";
  }
  bool hasNetwork(const EgressAccess& access) {
    auto decision = access.admit(request_.asReader());
    return decision.is<MaybeNetwork>() && decision.get<MaybeNetwork>().has_value();
  }

  capnp::MallocMessageBuilder message_;
  rpc::Network::Builder request_ = message_.initRoot<rpc::Network>();
};

TEST_F(EgressAccessTest, WithoutABrokerNobodyHasIt) {
  const EgressAccess none{.broker = nullptr, .whyNot = "for a reason"};
  EXPECT_EQ(rejection(none), "none");
  EXPECT_FALSE(hasNetwork(none));
  request_.setOff();
  EXPECT_EQ(rejection(none), "none");
  request_.setOn();
  EXPECT_EQ(rejection(none), "network_unavailable network");
}

TEST_F(EgressAccessTest, ARequestNarrowsAndNeverWidens) {
  RunningBroker running({"web.example", "*.npm.example"});
  const EgressAccess access{.broker = &running.broker, .whyNot = ""};
  EXPECT_TRUE(hasNetwork(access)) << "it is on unless a job declines";
  request_.setOff();
  EXPECT_FALSE(hasNetwork(access));
  auto entries = request_.initNarrowed(2);
  entries.set(0, "a.npm.example");
  entries.set(1, "web.example");
  EXPECT_EQ(rejection(access), "none");
  EXPECT_TRUE(hasNetwork(access));
  entries.set(1, "evil.example");
  EXPECT_EQ(rejection(access), "network_not_allowed network.allow[1]");
}

}  // namespace
}  // namespace brood::supervisor
