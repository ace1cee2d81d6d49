#include "egress/protocols/refusal_response.h"

#include <boost/beast/http/status.hpp>
#include <ostream>

#include "egress/policy/host_name.h"

namespace brood::egress {

namespace {

namespace http = boost::beast::http;

std::string response(unsigned status, const std::string& reasonPhrase, const std::string& text) {
  const std::string body = text + "\n";
  return "HTTP/1.1 " + std::to_string(status) + " " + reasonPhrase +
         "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

}  // namespace

std::string textResponse(unsigned status, const std::string& text) {
  return response(status, std::string(http::obsolete_reason(http::int_to_status(status))), text);
}

std::string refusalResponse(const Refusal& refusal) {
  // Made of hosts and entries, it is printable ASCII; what a library says may not be.
  const std::string phrase = shownHost("brood egress: " + refusal.text);
  if (refusal.isFailure) return response(502, phrase, "brood egress: " + refusal.text);
  return response(403, phrase,
                  "brood egress refused this: " + refusal.text + " (rule: " + refusal.rule +
                      ", reason: " + refusal.reason + ")");
}

}  // namespace brood::egress
