#pragma once
// The two things that a client asks of a proxy: a tunnel, or one request to be passed on.

#include <string>
#include <string_view>
#include <variant>

#include "egress/protocols/http_reader.h"

namespace brood::egress {

struct ProxyRequest {
  // CONNECT. Nothing else of the head matters then.
  bool isTunnel = false;
  // As they stand in the target; not looked at yet.
  std::string host;
  uint16_t port = 0;
  // Only for a request that is passed on: the server itself is asked for "/path?query".
  std::string method, path;
  Fields fields;
};

// A request that no proxy can serve. 400 unless it says otherwise.
struct RequestProblem {
  unsigned status = 400;
  std::string text;
};

// Reads a request that has come to the proxy's own port, whose target is "host:port" of a CONNECT
// or "http://host/path". The Host header must say what the target says.
std::variant<ProxyRequest, RequestProblem> readProxyRequest(const HttpRequestReader& reader);

// Reads one that has come to the port for aliases, whose target is "/path": `host` stays empty.
std::variant<ProxyRequest, RequestProblem> readOriginRequest(const HttpRequestReader& reader);

// The head that the server is sent: `authority` as its Host. The connection is kept, which the
// server may decline.
std::string headForServer(const ProxyRequest& request, const std::string& authority,
                          const Framing& framing);

}  // namespace brood::egress
