#pragma once
// "host:port" as it stands in a request.

#include <cstdint>
#include <optional>
#include <string_view>

namespace brood::egress {

// Borrowed pieces of what was split. Brackets of an IPv6 address stay with the host; nothing is
// said about whether the host is one.
struct Authority {
  std::string_view host;
  std::optional<uint16_t> port;
};

// Nothing if what follows the host is no port.
std::optional<Authority> splitAuthority(std::string_view text);

}  // namespace brood::egress
