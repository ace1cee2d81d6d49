#pragma once
// Reads the name that a TLS client asks for from its first message, without doing I/O.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace brood::egress {

// A ClientHello (RFC 8446, 4.1.2; the same in TLS 1.0 to 1.3), in however many records.
struct HelloReading {
  enum class State {
    needMore,   // Not before `needs` bytes are there.
    notTls,     // These bytes begin something else.
    malformed,  // TLS, but not a message whose name everybody reads alike.
    complete,
  };
  State state;
  // How many bytes there must be before another reading can say more.
  size_t needs = 0;
  // The name as it was sent, once complete; nothing if the hello has none.
  std::optional<std::string> serverName;
};

// More than any client sends: post-quantum key shares make about 2 KiB.
constexpr size_t kLongestHelloBytes = 16 * 1024;

// `bytes` is all that has come from the client. Never needs more than kLongestHelloBytes.
HelloReading readClientHello(std::string_view bytes);

}  // namespace brood::egress
