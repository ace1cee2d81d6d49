#pragma once
// The text of a response's status line and headers.

#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/http/message.h"

namespace brood::gateway {

// The Date header's value, formatted once a second.
class HttpDate {
 public:
  std::string_view now();

 private:
  std::time_t second_ = -1;
  char text_[32] = {};
  size_t length_ = 0;
};

struct Framing {
  std::optional<size_t> contentLength;  // Unset: chunked under HTTP/1.1, else until close.
  bool isHttp11 = true;
  bool keepAlive = true;
};

std::string_view reasonPhrase(unsigned status);
// With which every head begins, whatever the answer will be.
inline constexpr std::string_view kHeadStart = "HTTP/1.1 ";
std::string responseHead(const HttpResponse& response, const Framing& framing,
                         std::string_view date);

}  // namespace brood::gateway
