#include "gateway/http/error_response.h"

#include <algorithm>

#include "rpc/calls/json_writer.h"

namespace brood::gateway {

std::string errorJson(const ApiError& error) {
  std::string json;
  JsonWriter writer(json);
  writer.beginObject().key("error").beginObject();
  writer.field("code", error.code).field("message", error.message).key("field");
  if (error.field.empty()) {
    writer.null();
  } else {
    writer.string(error.field);
  }
  writer.endObject().endObject();
  return json;
}

HttpResponse errorResponse(const ApiError& error) {
  HttpResponse response;
  response.status = error.status;
  response.body = errorJson(error);
  if (error.retryAfterMs) {
    // Whole seconds, rounded up, and never "at once".
    const uint64_t seconds = *error.retryAfterMs / 1000 + (*error.retryAfterMs % 1000 != 0);
    response.headers.emplace_back("Retry-After", std::to_string(std::max<uint64_t>(seconds, 1)));
  }
  return response;
}

ApiError buffersFull() {
  return {503,
          "buffers_full",
          "the gateway holds as much for its clients as it may; try again",
          {},
          1000};
}

}  // namespace brood::gateway
