#pragma once
// An HTTP request as the handlers see it, and the response they give. Plain values.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace brood {

struct HttpRequest {
  std::string method;
  std::string path;  // Of the target, without query; "*" and authority forms are kept as they came.
  std::string contentType;  // Empty if there was no such header.
  std::string accept;
  std::string body;
  bool isHttp11 = true;
  bool keepAlive = true;
  bool expectsContinue = false;
  uint64_t arrivedNanos = 0;  // Of its last byte, by CLOCK_MONOTONIC; see HttpSettings.

  bool isHead() const { return method == "HEAD"; }
};

struct HttpResponse {
  unsigned status = 200;
  std::string body;
  std::string contentType = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;  // Beyond type, length and framing.
};

}  // namespace brood
