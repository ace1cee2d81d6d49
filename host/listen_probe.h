#pragma once
// Whether an address can be listened on, found out by doing so for a moment.

#include <cstdint>
#include <string>

namespace brood {

// Empty if it can, or if nobody can tell yet (port 0). Else the reason: "Address already in use".
std::string whyNotListening(const std::string& host, uint16_t port);

}  // namespace brood
