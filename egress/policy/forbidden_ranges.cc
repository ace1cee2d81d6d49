#include "egress/policy/forbidden_ranges.h"

#include <vector>

namespace brood::egress {
namespace {

struct NamedRange {
  const char* range;
  const char* what;
};

// The first that contains an address names it, so single addresses stand before what contains them.
constexpr NamedRange kForbidden[] = {
    // Where clouds tell a machine its credentials.
    {"169.254.169.254", "cloud metadata"},
    {"169.254.170.2", "cloud metadata"},
    {"169.254.170.23", "cloud metadata"},
    {"168.63.129.16", "cloud metadata"},
    {"100.100.100.200", "cloud metadata"},
    {"192.0.0.192", "cloud metadata"},
    {"fd00:ec2::254", "cloud metadata"},
    {"fd00:ec2::23", "cloud metadata"},
    {"fd20:ce::254", "cloud metadata"},

    // The special-purpose registries of IANA (RFC 6890), but for the addresses of documentation:
    // nobody
    // has them, and networks in which the internet is seen through a gateway use them for that
    // gateway.
    {"0.0.0.0/8", "unspecified"},
    {"10.0.0.0/8", "private"},
    {"100.64.0.0/10", "carrier-grade NAT"},
    {"127.0.0.0/8", "loopback"},
    {"169.254.0.0/16", "link-local"},
    {"172.16.0.0/12", "private"},
    {"192.0.0.0/24", "reserved"},
    {"192.31.196.0/24", "reserved"},
    {"192.52.193.0/24", "reserved"},
    {"192.88.99.0/24", "6to4"},
    {"192.168.0.0/16", "private"},
    {"192.175.48.0/24", "reserved"},
    {"198.18.0.0/15", "benchmarking"},
    {"224.0.0.0/4", "multicast"},
    {"240.0.0.0/4", "reserved"},

    {"::", "unspecified"},
    {"::1", "loopback"},
    {"::ffff:0:0/96", "IPv4-mapped"},
    {"::ffff:0:0:0/96", "IPv4-translated"},
    {"::/96", "IPv4-compatible"},
    {"64:ff9b:1::/48", "local NAT64"},
    {"100::/64", "discard"},
    {"2001::/32", "Teredo"},
    {"2001::/23", "reserved"},
    {"2002::/16", "6to4"},
    {"fc00::/7", "unique local"},
    {"fe80::/10", "link-local"},
    {"fec0::/10", "site-local"},
    {"ff00::/8", "multicast"},
};

struct ParsedRange {
  IpRange range;
  const char* what;
};

const std::vector<ParsedRange>& forbiddenRanges() {
  static const std::vector<ParsedRange> ranges = [] {
    std::vector<ParsedRange> parsed;
    for (const auto& each : kForbidden) parsed.push_back({*IpRange::parse(each.range), each.what});
    return parsed;
  }();
  return ranges;
}

const IpRange& nat64() {
  static const IpRange range = *IpRange::parse("64:ff9b::/96");
  return range;
}

// Nothing outside of it has been given to anybody.
const IpRange& globalUnicast() {
  static const IpRange range = *IpRange::parse("2000::/3");
  return range;
}

}  // namespace

std::optional<std::string_view> whyForbidden(const IpAddress& address) {
  if (nat64().contains(address)) return whyForbidden(address.embeddedV4(12));
  for (const auto& each : forbiddenRanges()) {
    if (each.range.contains(address)) return each.what;
  }
  if (!address.isV4() && !globalUnicast().contains(address)) return "reserved";
  return {};
}

}  // namespace brood::egress
