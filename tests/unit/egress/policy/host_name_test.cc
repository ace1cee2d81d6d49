#include "egress/policy/host_name.h"

#include <gtest/gtest.h>

namespace brood::egress {
namespace {

// "name x", "address x" or the problem's code.
std::string read(std::string_view text) {
  const auto host = readHost(text);
  if (const auto* name = std::get_if<HostName>(&host)) return "name " + name->text();
  if (const auto* address = std::get_if<IpAddress>(&host)) return "address " + address->text();
  return std::get<HostProblem>(host).code;
}

TEST(HostName, HasOneSpelling) {
  EXPECT_EQ(read("GitHub.COM"), "name github.com");
  EXPECT_EQ(read("github.com."), "name github.com");
  EXPECT_EQ(read("xn--bcher-kva.example"), "name xn--bcher-kva.example");
  EXPECT_EQ(read("localhost"), "name localhost");
  EXPECT_EQ(read("1and1.com"), "name 1and1.com");
  EXPECT_EQ(read("a-b.1.example"), "name a-b.1.example");
}

TEST(HostName, RefusesWhatIsNoName) {
  using namespace std::string_view_literals;
  for (const auto text : {""sv,
                          "."sv,
                          ".."sv,
                          "a..b"sv,
                          ".a"sv,
                          "a.."sv,
                          "github.com\0.evil.example"sv,
                          "github.com\0"sv,
                          "evil.example\r\nHost: github.com"sv,
                          "a b"sv,
                          " a"sv,
                          "a%00b"sv,
                          "%67ithub.com"sv,
                          "user@github.com"sv,
                          "github.com/x"sv,
                          "github.com#"sv,
                          "github.com?"sv,
                          "g\xc3\xadthub.com"sv,
                          "github\xef\xbc\x8e"
                          "com"sv,
                          "\xd0\xb0pple.com"sv,
                          "a_b.c"sv,
                          "*.github.com"sv,
                          "a\\b"sv,
                          "[github.com]"sv,
                          "[::1"sv,
                          "::1]"sv,
                          "github.com:443"sv}) {
    EXPECT_EQ(read(text), "malformed_host") << text;
  }
}

TEST(HostName, BoundsLabelsAndTheWhole) {
  const std::string label(63, 'a');
  EXPECT_EQ(read(label + ".example"), "name " + label + ".example");
  EXPECT_EQ(read(label + "a.example"), "malformed_host");
  EXPECT_EQ(read(std::string(300, 'a')), "malformed_host");
  const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'b');
  EXPECT_EQ(read(longest), "name " + longest);
  EXPECT_EQ(read(longest + "."), "name " + longest);
  EXPECT_EQ(read(longest + "b"), "malformed_host");
}

TEST(HostName, KnowsAddressesInTheirUsualSpelling) {
  EXPECT_EQ(read("127.0.0.1"), "address 127.0.0.1");
  EXPECT_EQ(read("127.0.0.1."), "address 127.0.0.1");
  EXPECT_EQ(read("::1"), "address ::1");
  EXPECT_EQ(read("[::1]"), "address ::1");
  EXPECT_EQ(read("[::ffff:127.0.0.1]"), "address ::ffff:127.0.0.1");
}

TEST(HostName, RefusesAddressesInEveryOther) {
  for (const char* text :
       {"0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "017700000001", "127.1", "127.0.1",
        "0", "0x", "127.0.0.0x1", "1.2.3.4.5", "256.1.1.1", "127.0.0.01", "example.123",
        "fe80::1%eth0", "[fe80::1%25eth0]", "[127.0.0.1]", "1:2", "::ffff:0x7f.0.0.1"}) {
    EXPECT_EQ(read(text), "address_spelling") << text;
  }
}

TEST(ShownHost, IsPrintableAndShort) {
  EXPECT_EQ(shownHost("a\r\nb\x7f\xff"), "a??b??");
  EXPECT_EQ(shownHost(std::string(1000, 'x')).size(), 255u);
}

}  // namespace
}  // namespace brood::egress
