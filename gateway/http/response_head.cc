#include "gateway/http/response_head.h"

#include <boost/beast/http/status.hpp>
#include <ostream>

namespace brood::gateway {

std::string_view HttpDate::now() {
  const std::time_t second = std::time(nullptr);
  if (second != second_) {
    std::tm utc{};
    gmtime_r(&second, &utc);
    length_ = std::strftime(text_, sizeof(text_), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    second_ = second;
  }
  return {text_, length_};
}

std::string_view reasonPhrase(unsigned status) {
  const auto phrase =
      boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  return {phrase.data(), phrase.size()};
}

std::string responseHead(const HttpResponse& response, const Framing& framing,
                         std::string_view date) {
  std::string head;
  head.reserve(256);
  head += kHeadStart;
  head += std::to_string(response.status);
  head += ' ';
  head += reasonPhrase(response.status);
  head += "\r\nDate: ";
  head += date;
  // A browser must not guess another type for a job's output than the declared one.
  head += "\r\nX-Content-Type-Options: nosniff";
  if (response.status != 204) {
    head += "\r\nContent-Type: ";
    head += response.contentType;
  }
  if (response.status == 204) {
    // RFC 9110, 8.6: it must not have a length.
  } else if (framing.contentLength) {
    head += "\r\nContent-Length: ";
    head += std::to_string(*framing.contentLength);
  } else if (framing.isHttp11) {
    head += "\r\nTransfer-Encoding: chunked";
  }
  if (!framing.keepAlive) {
    head += "\r\nConnection: close";
  } else if (!framing.isHttp11) {
    head += "\r\nConnection: keep-alive";
  }
  for (const auto& [name, value] : response.headers) {
    head += "\r\n";
    head += name;
    head += ": ";
    head += value;
  }
  head += "\r\n\r\n";
  return head;
}

}  // namespace brood::gateway
