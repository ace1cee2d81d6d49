#include "supervisor/front/egress_metrics.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/unit/supervisor/egress/running_broker.h"

namespace brood::supervisor {
namespace {

std::set<std::string> namesOf(const MetricFamilies& families) {
  std::set<std::string> names;
  for (const auto& family : families) names.insert(family.name);
  return names;
}

TEST(EgressMetrics, ThereAreNoneWithoutABroker) {
  UvAsyncIo io;
  EXPECT_TRUE(egressMetrics(EgressAccess{}).wait(io.waitScope()).empty());
}

TEST(EgressMetrics, AreTheBrokersWhileItAnswers) {
  RunningBroker running({"web.example"});
  const EgressAccess access{.broker = &running.broker, .whyNot = ""};
  auto& waitScope = running.io.waitScope();
  running.broker.whenReady().wait(waitScope);
  const auto names = namesOf(egressMetrics(access).wait(waitScope));
  EXPECT_EQ(names.count("brood_egress_ready"), 1u);
  EXPECT_EQ(names.count("brood_egress_connections_total"), 1u);
  running.broker.stop().wait(waitScope);
  const auto own = namesOf(egressMetrics(access).wait(waitScope));
  EXPECT_EQ(own.count("brood_egress_ready"), 1u);
  EXPECT_EQ(own.count("brood_egress_connections_total"), 0u);
}

}  // namespace
}  // namespace brood::supervisor
