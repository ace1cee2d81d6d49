#pragma once
// The header fields of a message that is passed on, and what of them is for one connection only.

#include <boost/beast/http/message.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace brood::egress {

using Fields = std::vector<std::pair<std::string, std::string>>;

// How long a message's body is.
struct Framing {
  enum class Kind { none, length, chunked, untilEnd };
  Kind kind = Kind::none;
  // Only for Kind::length.
  uint64_t length = 0;
};

// Whether the fields say more than one thing about where the body ends, or say it in a way that
// others might read differently. Nothing if they do not. (A length and a coding at once is
// something that Beast refuses.)
std::optional<std::string> whyFramingIsAmbiguous(const boost::beast::http::fields& fields,
                                                 unsigned version);

// The fields that are passed on: without those that are for this connection (RFC 9110, 7.6.1),
// those that Connection names, and those that whoever writes the message makes anew (Host, the
// framing).
Fields fieldsToPassOn(const boost::beast::http::fields& fields);
void removeField(Fields& fields, std::string_view name);

// The lines that are sent for these, each ending in CR LF.
std::string textOf(const Fields& fields);
// "Content-Length: 5\r\n" and the like.
std::string textOf(const Framing& framing);

}  // namespace brood::egress
