#include "egress/protocols/http_fields.h"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/rfc7230.hpp>

namespace brood::egress {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr http::field kNotPassedOn[] = {
    http::field::connection,
    http::field::keep_alive,
    http::field::proxy_connection,
    http::field::proxy_authenticate,
    http::field::proxy_authorization,
    http::field::te,
    http::field::trailer,
    http::field::transfer_encoding,
    http::field::upgrade,
    http::field::http2_settings,
    http::field::expect,
    http::field::host,
    http::field::content_length,
};

bool isDigits(beast::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == beast::string_view::npos;
}

bool isNamedByConnection(const http::fields& fields, beast::string_view name) {
  const auto [first, last] = fields.equal_range(http::field::connection);
  return std::any_of(
      first, last, [&](const auto& field) { return http::token_list(field.value()).exists(name); });
}

}  // namespace

std::optional<std::string> whyFramingIsAmbiguous(const http::fields& fields, unsigned version) {
  const auto lengths = fields.count(http::field::content_length);
  const auto codings = fields.count(http::field::transfer_encoding);
  if (lengths > 1 || codings > 1) {
    return "Content-Length and Transfer-Encoding may be given once";
  }
  if (lengths == 1 && !isDigits(fields[http::field::content_length])) {
    return "Content-Length must be a decimal number";
  }
  if (codings == 0) return {};
  if (version < 11) return "HTTP/1.0 has no Transfer-Encoding";
  if (!beast::iequals(fields[http::field::transfer_encoding], "chunked")) {
    return "the only transfer coding that is passed on is chunked";
  }
  return {};
}

Fields fieldsToPassOn(const http::fields& fields) {
  Fields passed;
  for (const auto& field : fields) {
    const bool isOurs = field.name() != http::field::unknown &&
                        std::find(std::begin(kNotPassedOn), std::end(kNotPassedOn), field.name()) !=
                            std::end(kNotPassedOn);
    if (isOurs || isNamedByConnection(fields, field.name_string())) continue;
    passed.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  return passed;
}

void removeField(Fields& fields, std::string_view name) {
  std::erase_if(fields, [&](const auto& field) {
    return beast::iequals(field.first, {name.data(), name.size()});
  });
}

std::string textOf(const Fields& fields) {
  std::string text;
  for (const auto& [name, value] : fields) text += name + ": " + value + "\r\n";
  return text;
}

std::string textOf(const Framing& framing) {
  switch (framing.kind) {
    case Framing::Kind::length:
      return "Content-Length: " + std::to_string(framing.length) + "\r\n";
    case Framing::Kind::chunked:
      return "Transfer-Encoding: chunked\r\n";
    case Framing::Kind::none:
    case Framing::Kind::untilEnd:
      return {};
  }
  return {};
}

}  // namespace brood::egress
