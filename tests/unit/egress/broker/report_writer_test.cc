#include "egress/broker/report_writer.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

namespace brood::egress {
namespace {

TEST(ReportWriter, WritesWhatWasReachedAndRefused) {
  UsageReport report;
  report.noteAllowed("a.example", 443).upBytes = 5;
  report.noteDenied("b.example", 80, {"port", "b.example:443", ""});
  capnp::MallocMessageBuilder message;
  auto to = message.initRoot<wire::Report>();
  writeReport(report, to);
  const auto read = to.asReader();
  ASSERT_EQ(read.getAllowed().size(), 1u);
  EXPECT_STREQ(read.getAllowed()[0].getHost().cStr(), "a.example");
  EXPECT_EQ(read.getAllowed()[0].getUpBytes(), 5u);
  ASSERT_EQ(read.getDenied().size(), 1u);
  EXPECT_STREQ(read.getDenied()[0].getReason().cStr(), "port");
  EXPECT_STREQ(read.getDenied()[0].getRule().cStr(), "b.example:443");
}

TEST(ReportWriter, TheLongestReportFitsIntoAMessage) {
  UsageReport report;
  const std::string longest(253, 'a');
  for (uint16_t port = 1; port <= UsageReport::kMostHosts; ++port) {
    report.noteAllowed(longest, port);
    report.noteDenied(longest, port, {"forbidden_address", longest, ""});
  }
  capnp::MallocMessageBuilder message;
  writeReport(report, message.initRoot<wire::Report>());
  // The most that a message of the control socket may have.
  EXPECT_LT(message.sizeInWords() * sizeof(capnp::word), 64u * 1024);
}

TEST(ReportWriter, WritesCountersByReason) {
  Counters counters;
  counters.connections = 3;
  counters.refused["sni"] = 2;
  capnp::MallocMessageBuilder message;
  auto to = message.initRoot<wire::Status>();
  writeCounters(counters, to);
  EXPECT_EQ(to.asReader().getConnectionsInAll(), 3u);
  EXPECT_STREQ(to.asReader().getRefused()[0].getName().cStr(), "sni");
  EXPECT_EQ(to.asReader().getRefused()[0].getCount(), 2u);
}

}  // namespace
}  // namespace brood::egress
