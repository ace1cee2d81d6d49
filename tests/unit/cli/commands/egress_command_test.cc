#include "cli/commands/egress_command.h"

#include <gtest/gtest.h>

#include "cli/terminal/cli_error.h"

namespace brood::cli {
namespace {

EgressVerdict check(const std::string& target, std::vector<std::string> allow,
                    const std::string& address = "198.41.0.4") {
  EgressConfig config;
  config.allow = std::move(allow);
  return checkEgress(config, target, [&](const std::string&) {
    std::vector<egress::IpAddress> found;
    if (!address.empty()) found.push_back(*egress::IpAddress::parse(address));
    return found;
  });
}

TEST(EgressCommand, NamesTheRuleThatAllows) {
  const auto verdict = check("WWW.Example.org", {"*.example.org"});
  EXPECT_TRUE(verdict.isAllowed);
  EXPECT_EQ(verdict.text, "allowed: www.example.org:443, by '*.example.org'; 198.41.0.4");
}

TEST(EgressCommand, NamesTheReasonOfARefusal) {
  EXPECT_FALSE(check("other.example", {"pypi"}).isAllowed);
  EXPECT_NE(check("other.example", {"pypi"}).text.find("not_listed"), std::string::npos);
  const auto denied = check("evil.example.org", {"*.example.org", "!evil.example.org"});
  EXPECT_FALSE(denied.isAllowed);
  EXPECT_NE(denied.text.find("!evil.example.org"), std::string::npos);
  EXPECT_FALSE(check("www.example.org:22", {"*.example.org"}).isAllowed);
}

TEST(EgressCommand, LooksAtTheAddressesOfAName) {
  EXPECT_FALSE(check("www.example.org", {"*.example.org"}, "127.0.0.1").isAllowed);
  EXPECT_TRUE(check("www.example.org", {"*.example.org", "127.0.0.1"}, "127.0.0.1").isAllowed);
  EXPECT_TRUE(check("www.example.org", {"*.example.org"}, "").isAllowed);
}

TEST(EgressCommand, WhatIsNoTargetIsSaidToBeNone) {
  EXPECT_THROW(check("host:99999", {"*"}), CliError);
}

}  // namespace
}  // namespace brood::cli
