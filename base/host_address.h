#pragma once
// Addresses as they are configured: names, literals, literals of IPv6 in brackets.

#include <string>

namespace brood {

// "::1" of "[::1]"; anything else as it is.
std::string withoutBrackets(const std::string& host);

// Whether a configured address is this machine's own: a literal of 127.0.0.0/8 or ::1, or a name
// that stands for such ones only, which is looked up.
bool isLoopback(const std::string& host);

}  // namespace brood
