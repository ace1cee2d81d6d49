#include "egress/proxies/hello_guard.h"

#include "egress/protocols/client_hello.h"

namespace brood::egress {
namespace {

using Guarded = std::variant<std::string, Refusal>;

std::string takeAll(BufferedStream& client) {
  std::string bytes(client.bytes());
  client.consume(bytes.size());
  return bytes;
}

Refusal refused(const char* reason, const std::string& text) {
  return {reason, "egress.require_sni", text};
}

bool namesHost(const std::string& serverName, const Host& host) {
  const auto read = readHost(serverName);
  const auto* name = std::get_if<HostName>(&read);
  const auto* asked = std::get_if<HostName>(&host);
  return name != nullptr && asked != nullptr && *name == *asked;
}

Guarded judge(BufferedStream& client, const HelloReading& reading, const Host& host,
              uint16_t port) {
  const std::string target = textOf(host) + ":" + std::to_string(port);
  switch (reading.state) {
    case HelloReading::State::notTls:
      if (port != kTlsPort) return takeAll(client);
      return refused("no_tls", "what was sent to " + target + " is no TLS");
    case HelloReading::State::complete:
      break;
    case HelloReading::State::needMore:
    case HelloReading::State::malformed:
      return refused("malformed_tls", "what was sent to " + target + " is malformed TLS");
  }
  if (std::holds_alternative<IpAddress>(host)) return takeAll(client);
  if (!reading.serverName) {
    return refused("no_sni", "the TLS client of " + target + " names no host");
  }
  if (namesHost(*reading.serverName, host)) return takeAll(client);
  return refused(
      "sni", "the TLS client of " + target + " asks for '" + shownHost(*reading.serverName) + "'");
}

}  // namespace

kj::Promise<Guarded> guardHello(BufferedStream& client, const Host& host, uint16_t port) {
  const auto reading = readClientHello(client.bytes());
  if (reading.state != HelloReading::State::needMore) return judge(client, reading, host, port);
  return client.readMore().then([&client, host, port](bool hasMore) -> kj::Promise<Guarded> {
    if (hasMore) return guardHello(client, host, port);
    // A client that is gone before it has said anything has done nothing wrong.
    if (client.bytes().empty()) return Guarded(std::string());
    return judge(client, readClientHello(client.bytes()), host, port);
  });
}

std::string unrecognizedNameAlert() { return {"\x15\x03\x03\x00\x02\x02\x70", 7}; }

}  // namespace brood::egress
