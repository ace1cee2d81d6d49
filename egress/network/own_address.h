#pragma once
// Whether this machine itself has an address.

#include "egress/policy/ip_address.h"

namespace brood::egress {

// Asks the kernel which source address it would use: for an address of its own, that address.
// Nothing is sent, and an address that was added a moment ago is known.
bool isOwnAddress(const IpAddress& address);

}  // namespace brood::egress
