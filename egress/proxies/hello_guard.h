#pragma once
// Holds a tunnel until its client has named, in TLS, the host that it asked for.

#include <string>
#include <variant>

#include "egress/network/buffered_stream.h"
#include "egress/policy/policy.h"

namespace brood::egress {

// On port 443 nothing but a ClientHello for this host may go through; on others what is no TLS may,
// and TLS only for this host. A host that is an address has no name to compare. Resolves to the
// bytes that go first; they stay in no buffer. The stream is borrowed.
kj::Promise<std::variant<std::string, Refusal>> guardHello(BufferedStream& client, const Host& host,
                                                           uint16_t port);

constexpr uint16_t kTlsPort = 443;

// A fatal alert, unrecognized_name: tells a TLS client that it has named the wrong host.
std::string unrecognizedNameAlert();

}  // namespace brood::egress
