#include "supervisor/egress/egress_report.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

namespace brood::supervisor {
namespace {

TEST(EgressReport, IsReadWithAllItsParts) {
  capnp::MallocMessageBuilder message;
  auto from = message.initRoot<egress::wire::Report>();
  auto allowed = from.initAllowed(1)[0];
  allowed.setHost("a.example");
  allowed.setPort(443);
  allowed.setConnections(2);
  allowed.setUpBytes(3);
  allowed.setDownBytes(4);
  auto denied = from.initDenied(1)[0];
  denied.setHost("b.example");
  denied.setReason("not_listed");
  denied.setRule("!b.example");
  denied.setCount(5);
  from.setUnlisted(6);
  const auto report = readReport(from);
  ASSERT_EQ(report.allowed.size(), 1u);
  EXPECT_EQ(report.allowed[0].host, "a.example");
  EXPECT_EQ(report.allowed[0].port, 443);
  EXPECT_EQ(report.allowed[0].connections, 2u);
  EXPECT_EQ(report.allowed[0].upBytes, 3u);
  EXPECT_EQ(report.allowed[0].downBytes, 4u);
  ASSERT_EQ(report.denied.size(), 1u);
  EXPECT_EQ(report.denied[0].reason, "not_listed");
  EXPECT_EQ(report.denied[0].rule, "!b.example");
  EXPECT_EQ(report.denied[0].count, 5u);
  EXPECT_EQ(report.unlisted, 6u);
  EXPECT_FALSE(report.isLost);
}

}  // namespace
}  // namespace brood::supervisor
