#include "egress/policy/entry.h"

#include <gtest/gtest.h>

namespace brood::egress {
namespace {

Entry entry(std::string_view text) {
  auto parsed = parseEntry(text);
  if (auto* problem = std::get_if<EntryProblem>(&parsed)) throw std::runtime_error(problem->text);
  return std::get<Entry>(parsed);
}

Host host(std::string_view text) {
  auto read = readHost(text);
  if (auto* name = std::get_if<HostName>(&read)) return *name;
  return std::get<IpAddress>(read);
}

bool matches(std::string_view written, std::string_view name, uint16_t port = 443) {
  const Entry parsed = entry(written);
  return parsed.matchesHost(host(name)) && parsed.matchesPort(port);
}

TEST(Entry, ANameMatchesItself) {
  EXPECT_TRUE(matches("GitHub.com", "github.com"));
  EXPECT_FALSE(matches("github.com", "api.github.com"));
  EXPECT_FALSE(matches("github.com", "github.com.evil.example"));
  EXPECT_FALSE(matches("github.com", "notgithub.com"));
}

TEST(Entry, ASuffixMatchesWhatIsBelowIt) {
  EXPECT_TRUE(matches("*.npmjs.org", "registry.npmjs.org"));
  EXPECT_TRUE(matches("*.npmjs.org", "a.b.npmjs.org"));
  EXPECT_FALSE(matches("*.npmjs.org", "npmjs.org"));
  EXPECT_FALSE(matches("*.npmjs.org", "evilnpmjs.org"));
  EXPECT_FALSE(matches("*.npmjs.org", "npmjs.org.evil.example"));
}

TEST(Entry, AnythingIsNoAddress) {
  EXPECT_TRUE(matches("*", "any.example"));
  EXPECT_FALSE(matches("*", "8.8.8.8"));
  EXPECT_FALSE(matches("*:*", "::1"));
}

TEST(Entry, AnAddressOrRangeMatchesAddresses) {
  EXPECT_TRUE(matches("10.0.0.0/8", "10.1.2.3"));
  EXPECT_TRUE(matches("10.0.0.5:5432", "10.0.0.5", 5432));
  EXPECT_FALSE(matches("10.0.0.5", "10.0.0.6"));
  EXPECT_TRUE(matches("[fd00::1]:22", "fd00::1", 22));
  EXPECT_TRUE(matches("fd00::/16", "fd00::9"));
}

TEST(Entry, HasTwoPortsUnlessItSaysWhich) {
  EXPECT_TRUE(matches("a.example", "a.example", 443));
  EXPECT_TRUE(matches("a.example", "a.example", 80));
  EXPECT_FALSE(matches("a.example", "a.example", 22));
  EXPECT_TRUE(matches("a.example:22", "a.example", 22));
  EXPECT_FALSE(matches("a.example:22", "a.example", 443));
  EXPECT_TRUE(matches("a.example:*", "a.example", 1));
}

TEST(Entry, ADenialWithoutAPortIsOneOfAll) {
  EXPECT_TRUE(matches("!a.example", "a.example", 22));
  EXPECT_TRUE(matches("!a.example:22", "a.example", 22));
  EXPECT_FALSE(matches("!a.example:22", "a.example", 443));
}

TEST(Entry, IsRefusedWithItsOwnText) {
  for (const char* text : {"",
                           "!",
                           "a b",
                           "http://a.example",
                           "a.example:",
                           "a.example:0",
                           "a.example:65536",
                           "a.example:08",
                           "a.example:x",
                           "*.",
                           "**",
                           "*a.example",
                           "a.*.example",
                           "*.10.0.0.1",
                           "10.0.0.1/8",
                           "10.0.0.0/8x",
                           "127.1",
                           "0x7f.1",
                           "b\xc3\xbc"
                           "cher.example",
                           "*.*",
                           "[10.0.0.1",
                           "!!a.example"}) {
    const auto parsed = parseEntry(text);
    ASSERT_TRUE(std::holds_alternative<EntryProblem>(parsed)) << text;
    EXPECT_EQ(std::get<EntryProblem>(parsed).text.find("'" + shownHost(text) + "'"), 0u) << text;
  }
}

TEST(Covers, IsTrueOfWhatIsWithin) {
  const auto one = [](std::string_view text) { return entry(text).patterns[0]; };
  EXPECT_TRUE(covers(one("*.a.example"), one("b.a.example")));
  EXPECT_TRUE(covers(one("*.a.example"), one("*.b.a.example")));
  EXPECT_TRUE(covers(one("*"), one("*.a.example")));
  EXPECT_TRUE(covers(one("10.0.0.0/8"), one("10.1.0.0/16")));
  EXPECT_FALSE(covers(one("*.a.example"), one("a.example")));
  EXPECT_FALSE(covers(one("b.a.example"), one("*.a.example")));
  EXPECT_FALSE(covers(one("*"), one("10.0.0.1")));
  EXPECT_FALSE(covers(one("10.1.0.0/16"), one("10.0.0.0/8")));
}

}  // namespace
}  // namespace brood::egress
