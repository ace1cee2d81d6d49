#include "gateway/http/error_response.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace brood::gateway {
namespace {

using nlohmann::json;

std::string retryAfter(std::optional<uint64_t> milliseconds) {
  ApiError error{429, "overloaded", "busy", {}, milliseconds};
  for (const auto& [name, value] : errorResponse(error).headers) {
    if (name == "Retry-After") return value;
  }
  return "";
}

TEST(ErrorResponse, HasTheOneShapeOfErrors) {
  const auto response = errorResponse({400, "invalid_limit", "too \"much\"", "limits.a", {}});
  EXPECT_EQ(response.status, 400u);
  EXPECT_EQ(
      json::parse(response.body),
      (json{{"error",
             {{"code", "invalid_limit"}, {"message", "too \"much\""}, {"field", "limits.a"}}}}));
  EXPECT_EQ(json::parse(errorJson({400, "a", "b", {}, {}}))["error"]["field"], nullptr);
}

TEST(ErrorResponse, SaysWhenToTryAgainInWholeSeconds) {
  EXPECT_EQ(retryAfter({}), "");
  EXPECT_EQ(retryAfter(0), "1");
  EXPECT_EQ(retryAfter(1000), "1");
  EXPECT_EQ(retryAfter(1001), "2");
}

TEST(ErrorResponse, FullBuffersMayBeEmptyAgain) {
  EXPECT_EQ(buffersFull().status, 503u);
  EXPECT_TRUE(buffersFull().retryAfterMs.has_value());
}

}  // namespace
}  // namespace brood::gateway
