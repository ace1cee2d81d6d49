#pragma once
// The sender of a request, once it is known.

#include <optional>
#include <string>

#include "gateway/access/key_file.h"
#include "rpc/records/trace_context.h"

namespace brood::gateway {

struct Sender {
  std::string tenant;
  std::string keyId;  // Empty in open mode.
  Scopes scopes;
  std::string peer;       // "192.0.2.1:40000"
  std::string requestId;  // The client's own, or one of ours.
  // The span that this request is, if spans are wanted, and the one that it is part of.
  std::optional<TraceContext> span;
  std::optional<TraceContext> parent;
};

}  // namespace brood::gateway
