#pragma once
// Which key a request presents, in any of the ways that clients have.

#include <optional>
#include <string>

namespace brood::gateway {

// X-API-Key; else Authorization as "Bearer KEY", "Basic ..." whose password is the key (all that
// clients which know nothing but a URL can send), or the key alone (Piston's clients). Null if the
// request presents none; empty if what it presents cannot be a key.
std::optional<std::string> presentedKey(const std::optional<std::string>& apiKeyHeader,
                                        const std::optional<std::string>& authorization);

}  // namespace brood::gateway
