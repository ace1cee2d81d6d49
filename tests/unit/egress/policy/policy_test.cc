#include "egress/policy/policy.h"

#include <gtest/gtest.h>

namespace brood::egress {
namespace {

Policy policyOf(std::vector<std::string> entries) {
  auto made = Policy::of(entries);
  if (auto* problem = std::get_if<EntryProblem>(&made)) throw std::runtime_error(problem->text);
  return std::get<Policy>(made);
}

// The deciding rule, or "reason: rule".
std::string decided(const Policy& policy, std::string_view host, uint16_t port = 443) {
  const auto result = decide(policy, Narrowing::everythingAllowed(), host, port);
  if (const auto* permit = std::get_if<Permit>(&result)) return permit->rule();
  const auto& refusal = std::get<Refusal>(result);
  return refusal.reason + ": " + refusal.rule;
}

std::string approved(const Policy& policy, std::string_view host, uint16_t port,
                     std::vector<std::string> answers, const Surroundings& surroundings = {}) {
  const auto permit = decide(policy, Narrowing::everythingAllowed(), host, port);
  if (!std::holds_alternative<Permit>(permit)) return std::get<Refusal>(permit).reason;
  std::vector<IpAddress> addresses;
  for (const auto& answer : answers) addresses.push_back(*IpAddress::parse(answer));
  const auto result = policy.approve(std::get<Permit>(permit), addresses, surroundings);
  if (const auto* target = std::get_if<ApprovedTarget>(&result)) {
    EXPECT_EQ(target->addresses(), addresses);
    return "approved";
  }
  const auto& refusal = std::get<Refusal>(result);
  return refusal.reason + ": " + refusal.rule;
}

TEST(Policy, AllowsNothingByDefault) {
  EXPECT_EQ(decided(Policy(), "github.com"), "not_listed: default");
  EXPECT_TRUE(Policy().isEmpty());
}

TEST(Policy, SaysWhichRuleDecided) {
  const auto policy = policyOf({"github.com", "*.npmjs.org:443", "pypi", "!bad.npmjs.org"});
  EXPECT_EQ(decided(policy, "GitHub.com."), "github.com");
  EXPECT_EQ(decided(policy, "registry.npmjs.org"), "*.npmjs.org:443");
  EXPECT_EQ(decided(policy, "registry.npmjs.org", 80), "port: *.npmjs.org:443");
  EXPECT_EQ(decided(policy, "files.pythonhosted.org"), "pypi");
  EXPECT_EQ(decided(policy, "bad.npmjs.org"), "denied: !bad.npmjs.org");
  EXPECT_EQ(decided(policy, "evil.example"), "not_listed: default");
  EXPECT_EQ(decided(policy, "0x7f.1"), "address_spelling: host names");
  EXPECT_EQ(decided(policy, "a b"), "malformed_host: host names");
}

TEST(Policy, DenialsBeatWhatIsAllowedWhateverTheOrder) {
  for (const auto& entries : {std::vector<std::string>{"!a.example", "a.example", "*"},
                              std::vector<std::string>{"*", "a.example", "!a.example"}}) {
    EXPECT_EQ(decided(policyOf(entries), "a.example"), "denied: !a.example");
  }
  const auto onePort = policyOf({"a.example:*", "!a.example:25"});
  EXPECT_EQ(decided(onePort, "a.example", 25), "denied: !a.example:25");
  EXPECT_EQ(decided(onePort, "a.example", 26), "a.example:*");
}

TEST(Policy, AllowsAddressesByRulesForAddressesOnly) {
  EXPECT_EQ(decided(policyOf({"*"}), "8.8.8.8"), "not_listed: default");
  const auto policy = policyOf({"10.0.0.0/8:5432", "8.8.8.8"});
  EXPECT_EQ(decided(policy, "8.8.8.8"), "8.8.8.8");
  EXPECT_EQ(approved(policy, "10.1.2.3", 5432, {"10.1.2.3"}), "approved");
  EXPECT_EQ(approved(policy, "10.1.2.3", 443, {"10.1.2.3"}), "port");
}

TEST(Policy, ChecksEveryAnswer) {
  const auto policy = policyOf({"a.example"});
  EXPECT_EQ(approved(policy, "a.example", 443, {"8.8.8.8", "2606:4700::1"}), "approved");
  EXPECT_EQ(approved(policy, "a.example", 443, {}), "no_address: name service");
  EXPECT_EQ(approved(policy, "a.example", 443, {"8.8.8.8", "127.0.0.1"}),
            "forbidden_address: loopback");
  EXPECT_EQ(approved(policy, "a.example", 443, {"64:ff9b::a9fe:a9fe"}),
            "forbidden_address: cloud metadata");
}

TEST(Policy, ARuleForAnAddressLetsANameLeadThere) {
  const auto policy = policyOf({"db.example:5432", "10.0.0.5:5432", "web.example"});
  EXPECT_EQ(approved(policy, "db.example", 5432, {"10.0.0.5"}), "approved");
  EXPECT_EQ(approved(policy, "db.example", 5432, {"10.0.0.6"}), "forbidden_address: private");
  EXPECT_EQ(approved(policy, "web.example", 443, {"10.0.0.5"}), "forbidden_address: private");
}

TEST(Policy, ADeniedAddressIsDeniedToNames) {
  const auto policy = policyOf({"a.example", "!8.8.8.0/24", "!9.9.9.9:80"});
  EXPECT_EQ(approved(policy, "a.example", 443, {"8.8.8.8"}), "denied: !8.8.8.0/24");
  EXPECT_EQ(approved(policy, "a.example", 80, {"9.9.9.9"}), "denied: !9.9.9.9:80");
  EXPECT_EQ(approved(policy, "a.example", 443, {"9.9.9.9"}), "approved");
}

TEST(Policy, KeepsThisMachineToItself) {
  Surroundings here;
  here.isOwnAddress = [](const IpAddress& address) { return address.text() == "8.8.4.4"; };
  here.ownPorts = {8080};
  here.forbidden = {*IpRange::parse("34.118.224.1")};
  const auto names = policyOf({"a.example:*"});
  EXPECT_EQ(approved(names, "a.example", 443, {"8.8.4.4"}, here),
            "forbidden_address: this machine's own");
  EXPECT_EQ(approved(names, "a.example", 443, {"34.118.224.1"}, here),
            "forbidden_address: forbidden here (34.118.224.1)");
  EXPECT_EQ(approved(names, "a.example", 8080, {"8.8.8.8"}, here), "approved");

  // Our own ports want a rule that names the port.
  const auto wide = policyOf({"127.0.0.0/8:*", "8.8.4.4:*"});
  EXPECT_EQ(approved(wide, "127.0.0.1", 9999, {"127.0.0.1"}, here), "approved");
  EXPECT_EQ(approved(wide, "127.0.0.1", 8080, {"127.0.0.1"}, here), "forbidden_address: loopback");
  EXPECT_EQ(approved(wide, "8.8.4.4", 8080, {"8.8.4.4"}, here),
            "forbidden_address: this machine's own");
  EXPECT_EQ(approved(policyOf({"127.0.0.1:8080"}), "127.0.0.1", 8080, {"127.0.0.1"}, here),
            "approved");
}

TEST(Policy, IsRefusedWithTheEntryThatIsNone) {
  const std::vector<std::string> entries{"github.com", "http://x"};
  const auto made = Policy::of(entries);
  ASSERT_TRUE(std::holds_alternative<EntryProblem>(made));
  EXPECT_NE(std::get<EntryProblem>(made).text.find("http://x"), std::string::npos);
}

TEST(Policy, ListsExactNamesWithOnePort) {
  const auto policy = policyOf({"db.example:5432", "github.com", "*.a.example:22", "b.example:*"});
  const std::vector<std::pair<std::string, uint16_t>> expected{{"db.example", 5432}};
  EXPECT_EQ(policy.namedPorts(), expected);
}

TEST(Policy, RefusalsReadAsSentences) {
  const auto policy = policyOf({"a.example:22"});
  const auto text = [&](std::string_view host, uint16_t port) {
    return std::get<Refusal>(decide(policy, Narrowing::everythingAllowed(), host, port)).text;
  };
  EXPECT_EQ(text("a.example", 443), "a.example:443 is not allowed: 'a.example:22' is for 22");
  EXPECT_EQ(text("b.example", 443), "b.example:443 is not on the list of allowed hosts");
  EXPECT_EQ(text("::1", 80),
            "[::1]:80 is an address, and no rule of the operator's allows it; use a name");
}

}  // namespace
}  // namespace brood::egress
