#pragma once
// The one shape of every error: {"error":{"code","message","field"}}.

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/http/message.h"

namespace brood::gateway {

// The code is stable and for programs, the message for people. The field is the JSON path of what
// is wrong, empty if no single field is.
struct ApiError {
  unsigned status = 400;
  std::string code;
  std::string message;
  std::string field;
  std::optional<uint64_t> retryAfterMs;
};

// As an object, {"error":{...}}: the body of a response, or of an `error` event.
std::string errorJson(const ApiError& error);
HttpResponse errorResponse(const ApiError& error);

// 503: what is kept for all clients together leaves no room (gateway.max_buffered_bytes).
ApiError buffersFull();

}  // namespace brood::gateway
