#pragma once
// An HTTP request as the handlers see it, and the response they give. Plain values.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/access/sender.h"

namespace brood::gateway {

struct HttpRequest {
  std::string method;
  // The target's path without its query; "*" and authority forms are kept as they came.
  std::string path;
  std::string query;  // As it came, without the question mark.
  // The parts of the path that stand for names in its route's, as they came; see Router.
  std::vector<std::string> pathValues;
  std::string contentType;  // Empty if there was no such header.
  std::string accept;
  std::string body;
  // Absent if there was no such header.
  std::optional<std::string> host;
  std::optional<std::string> origin;
  std::optional<std::string> fetchSite;        // Sec-Fetch-Site
  std::optional<std::string> requestedMethod;  // Access-Control-Request-Method
  std::optional<std::string> authorization;
  std::optional<std::string> apiKey;     // X-API-Key
  std::optional<std::string> requestId;  // X-Request-Id
  std::optional<std::string> traceparent;
  std::optional<std::string> range;
  std::optional<std::string> mcpVersion;  // MCP-Protocol-Version
  std::optional<std::string> mcpMethod;   // Mcp-Method
  std::optional<std::string> mcpName;     // Mcp-Name
  // Null without a guard. See RequestGuard.
  std::shared_ptr<const Sender> sender;
  bool isHttp11 = true;
  bool keepAlive = true;
  bool expectsContinue = false;
  uint64_t arrivedNanos = 0;  // When its last byte arrived, by CLOCK_MONOTONIC; see HttpSettings.

  bool isHead() const { return method == "HEAD"; }
};

struct HttpResponse {
  unsigned status = 200;
  std::string body;
  std::string contentType = "application/json";              // A 204 has neither body nor type.
  std::vector<std::pair<std::string, std::string>> headers;  // Beyond type, length and framing.
};

}  // namespace brood::gateway
