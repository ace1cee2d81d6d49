#pragma once
// The certificates that origins of aliases may have.

#include <kj/compat/tls.h>

#include <string>

namespace brood::egress {

// Reads a file of certificates in PEM, now: OpenSSL would read the system's when it first meets
// one, and the broker can open no file by then. Certificates that cannot be read are left out.
// Throws if there is no file or none in it.
kj::Own<kj::TlsContext> readTrustStore(const std::string& path);

// Where Debian and most others have the system's.
constexpr const char* kSystemTrustStore = "/etc/ssl/certs/ca-certificates.crt";

}  // namespace brood::egress
