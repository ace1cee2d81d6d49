#include "egress/proxies/usage_report.h"

#include <gtest/gtest.h>

namespace brood::egress {
namespace {

TEST(UsageReport, AddsUpByHostAndPort) {
  UsageReport report;
  report.noteAllowed("a.example", 443).upBytes += 5;
  report.noteAllowed("a.example", 443).downBytes += 7;
  report.noteAllowed("a.example", 80);
  const auto& use = report.allowed().at({"a.example", 443});
  EXPECT_EQ(use.connections, 2u);
  EXPECT_EQ(use.upBytes, 5u);
  EXPECT_EQ(use.downBytes, 7u);
  EXPECT_EQ(report.allowed().size(), 2u);
}

TEST(UsageReport, CountsDenialsByReason) {
  UsageReport report;
  report.noteDenied("a.example", 443, {"port", "a.example:80", ""});
  report.noteDenied("a.example", 443, {"port", "a.example:80", ""});
  report.noteDenied("a.example", 443, {"sni", "egress.require_sni", ""});
  const auto& denial = report.denied().at({"a.example", 443, "port"});
  EXPECT_EQ(denial.count, 2u);
  EXPECT_EQ(denial.rule, "a.example:80");
  EXPECT_EQ(report.denied().size(), 2u);
}

TEST(UsageReport, IsBoundedAndSaysSo) {
  UsageReport report;
  for (uint16_t port = 1; port <= 1000; ++port) {
    report.noteAllowed("a.example", port).upBytes += 1;
    report.noteDenied("a.example", port, {"port", "", ""});
  }
  EXPECT_EQ(report.allowed().size(), UsageReport::kMostHosts);
  EXPECT_EQ(report.denied().size(), UsageReport::kMostHosts);
  EXPECT_EQ(report.unlisted(), 2 * (1000 - UsageReport::kMostHosts));
}

}  // namespace
}  // namespace brood::egress
