#include "egress/policy/forbidden_ranges.h"

#include <gtest/gtest.h>

namespace brood::egress {
namespace {

std::string why(const char* text) {
  const auto address = IpAddress::parse(text);
  if (!address) return "no address";
  return std::string(whyForbidden(*address).value_or("allowed"));
}

TEST(ForbiddenRanges, NamesWhatAnAddressIs) {
  const struct {
    const char* address;
    const char* what;
  } cases[] = {
      {"127.0.0.1", "loopback"},
      {"127.255.0.9", "loopback"},
      {"0.0.0.0", "unspecified"},
      {"10.9.8.7", "private"},
      {"172.31.0.1", "private"},
      {"192.168.0.1", "private"},
      {"100.64.0.1", "carrier-grade NAT"},
      {"169.254.1.1", "link-local"},
      {"169.254.169.254", "cloud metadata"},
      {"168.63.129.16", "cloud metadata"},
      {"100.100.100.200", "cloud metadata"},
      {"192.0.0.192", "cloud metadata"},
      {"224.0.0.1", "multicast"},
      {"255.255.255.255", "reserved"},
      {"198.18.0.1", "benchmarking"},
      {"::", "unspecified"},
      {"::1", "loopback"},
      {"::ffff:8.8.8.8", "IPv4-mapped"},
      {"::127.0.0.1", "IPv4-compatible"},
      {"::ffff:0:8.8.8.8", "IPv4-translated"},
      {"fd00:ec2::254", "cloud metadata"},
      {"fd12::1", "unique local"},
      {"fe80::1", "link-local"},
      {"fec0::1", "site-local"},
      {"ff02::1", "multicast"},
      {"2002:7f00:1::", "6to4"},
      {"2001:0:7f00:1::", "Teredo"},
      {"64:ff9b:1::7f00:1", "local NAT64"},
      {"4000::1", "reserved"},
  };
  for (const auto& each : cases) EXPECT_EQ(why(each.address), each.what) << each.address;
}

TEST(ForbiddenRanges, JudgesANat64AddressByTheOneInIt) {
  EXPECT_EQ(why("64:ff9b::127.0.0.1"), "loopback");
  EXPECT_EQ(why("64:ff9b::169.254.169.254"), "cloud metadata");
  EXPECT_EQ(why("64:ff9b::8.8.8.8"), "allowed");
}

TEST(ForbiddenRanges, LeavesThePublicInternet) {
  for (const char* address :
       {"8.8.8.8", "1.1.1.1", "151.101.0.223", "172.32.0.1", "100.128.0.1", "169.253.0.1",
        "11.0.0.1", "2606:4700::1111", "2a04:4e42::223", "2001:4860:4860::8888"}) {
    EXPECT_EQ(why(address), "allowed") << address;
  }
}

}  // namespace
}  // namespace brood::egress
