#pragma once
// Decides about each request before its body is read.

#include <optional>
#include <string>

#include "gateway/http/message.h"

namespace brood::gateway {

// A route's demand on the sender of a request.
enum class Need {
  nothing,
  anyKey,
  run,  // A key of this scope, and so on.
  session,
  admin,
  metrics,  // As access.metrics has it.
};

// The other end of a connection.
struct Peer {
  std::string address = {};  // "192.0.2.1:40000"
  // The common name of its certificate, which has been verified; empty: it has none.
  std::string certificate = {};
};

class RequestGuard {
 public:
  virtual ~RequestGuard() = default;
  // Called once for each request, when its head is complete. Null: it is let in, and from then on
  // has a sender. Else the answer to it; its body is not read.
  virtual std::optional<HttpResponse> refuse(HttpRequest& request, Need need, const Peer& peer) = 0;
};

}  // namespace brood::gateway
