#pragma once
// Reads HTTP messages that are passed on, without I/O and without keeping their bodies.

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/header_scanner.h"
#include "egress/protocols/http_fields.h"

namespace brood::egress {

// One message's life: its head, then its body in pieces. Beast parses; what it lets pass and other
// parsers might read differently is refused (folded lines, bare line feeds, two lengths). Make a
// new one for each message.
template <bool isRequest>
class HttpReader {
 public:
  explicit HttpReader(size_t maxHeadBytes) : maxHeadBytes_(maxHeadBytes) { start(); }

  // The answer to a HEAD request: whatever its head says, no body follows.
  void expectNoBody() { parser_->skip(true); }

  // `bytes` is everything received and not yet consumed; answers how much of it is consumed now:
  // all of the head, once it is there, or nothing.
  size_t feedHead(std::string_view bytes);
  bool hasHead() const { return hasHead_; }
  const boost::beast::http::header<isRequest>& head() const { return parser_->get().base(); }
  unsigned version() const { return parser_->get().version(); }
  bool keepsAlive() const { return parser_->keep_alive(); }
  Framing framing() const { return framing_; }

  // Puts some of the body into `room` and says how much. Neither may be progress without the other.
  size_t feedBody(std::string_view bytes, std::span<char> room, size_t& produced);
  // There will be no more bytes.
  void feedEnd();
  // Once the head is there: no more of the body follows.
  bool isDone() const { return parser_->is_done(); }

  // Why the message cannot be read.
  const std::optional<std::string>& problem() const { return problem_; }

 private:
  using Parser = boost::beast::http::parser<isRequest, boost::beast::http::buffer_body>;

  void start();
  void parseHead(std::string_view block);
  void readFraming();

  const size_t maxHeadBytes_;
  HeaderScanner scanner_;
  // Beast's parsers are not movable once started.
  std::optional<Parser> parser_;
  bool hasHead_ = false;
  Framing framing_;
  std::optional<std::string> problem_;
};

extern template class HttpReader<true>;
extern template class HttpReader<false>;

using HttpRequestReader = HttpReader<true>;
using HttpResponseReader = HttpReader<false>;

}  // namespace brood::egress
