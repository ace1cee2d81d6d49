#pragma once
// Addresses that no name may lead to, unless the operator has written a rule for the address
// itself.

#include <optional>
#include <string_view>

#include "egress/policy/ip_address.h"

namespace brood::egress {

// The kind of address that makes it forbidden: "loopback", "private", "cloud metadata", ...;
// nothing for an address of the public internet. An IPv6 address that stands for an IPv4 address
// (NAT64) is what that one is; the forms that only ever hide one (mapped, compatible, 6to4, Teredo)
// are forbidden whatever they contain.
std::optional<std::string_view> whyForbidden(const IpAddress& address);

}  // namespace brood::egress
