#include "egress/proxies/reach.h"

#include "tests/unit/egress/proxies/proxy_fixture.h"

namespace brood::egress {
namespace {

class ReachTest : public ProxyTest {
 protected:
  Refusal refused(const std::string& host, uint16_t toPort) {
    auto reaching = reach(services, settings, settings->policy, job, host, toPort).wait(scope());
    return std::get<Refusal>(reaching);
  }
};

TEST_F(ReachTest, ReachesWhatIsListed) {
  auto reached = reachServer();
  auto accepted = accept();
  write(*reached.stream, "x");
  EXPECT_EQ(read(*accepted, 1), "x");
  EXPECT_EQ(job.report().allowed().at({"127.0.0.1", port}).connections, 1u);
}

TEST_F(ReachTest, NotesWhatItRefuses) {
  EXPECT_EQ(refused("evil\r\n.example", 443).reason, "malformed_host");
  EXPECT_EQ(refused("a.example", 443).reason, "not_listed");
  EXPECT_EQ(job.report().denied().size(), 2u);
  EXPECT_EQ(counters.refused.at("not_listed"), 1u);
  EXPECT_TRUE(job.report().denied().contains({"evil??.example", 443, "malformed_host"}));
}

TEST_F(ReachTest, AFailureIsNoRefusal) {
  allow({"127.0.0.1:1"});
  const auto refusal = refused("127.0.0.1", 1);
  EXPECT_EQ(refusal.reason, "unreachable");
  EXPECT_TRUE(refusal.isFailure);
}

TEST_F(ReachTest, WhatWasAllowedMayBeSoNoLonger) {
  const auto reached = reachServer();
  const auto all = Narrowing::everythingAllowed();
  EXPECT_TRUE(isStillAllowed(reached.target, settings->policy, all, {}));
  EXPECT_FALSE(isStillAllowed(reached.target, settings->policy, Narrowing::nothing(), {}));
  allow({"127.0.0.1:1"});
  EXPECT_FALSE(isStillAllowed(reached.target, settings->policy, all, {}));
}

}  // namespace
}  // namespace brood::egress
