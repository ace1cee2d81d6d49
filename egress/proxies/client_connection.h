#pragma once
// The kinds of client connections, and what they share.

#include "egress/network/buffered_stream.h"
#include "egress/proxies/reach.h"

namespace brood::egress {

// Everything that serves one connection of a job. All borrowed but the stream.
struct ClientContext {
  const Services& services;
  Job& job;
  LiveConnection& connection;
};

// Each resolves when the connection is over; the stream is closed then.

// HTTP to the proxy's own port: tunnels by CONNECT, and requests to be passed on.
kj::Promise<void> serveHttpProxy(ClientContext context, kj::Own<kj::AsyncIoStream> stream);
// HTTP to the port of aliases.
kj::Promise<void> serveAliases(ClientContext context, kj::Own<kj::AsyncIoStream> stream);
kj::Promise<void> serveSocks(ClientContext context, kj::Own<kj::AsyncIoStream> stream);
// A listener that stands for one host and port.
kj::Promise<void> serveNamedPort(ClientContext context, kj::Own<kj::AsyncIoStream> stream,
                                 const std::string& host, uint16_t port);
// Tells an HTTP client why it is not served, and ends.
kj::Promise<void> turnAway(kj::Timer& timer, kj::Own<kj::AsyncIoStream> stream,
                           const Refusal& refusal);

// Sends the last that is to be said, and lets the client read it: a connection that is closed with
// something unread takes with it what was under way.
kj::Promise<void> sayLast(kj::Timer& timer, kj::AsyncIoStream& stream, std::string text);

}  // namespace brood::egress
