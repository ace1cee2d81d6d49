#pragma once
// Turns bytes into one HTTP request, without doing I/O.

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/header_scanner.h"
#include "gateway/http/message.h"

namespace brood::gateway {

// Why a request cannot be read. The connection is of no use afterwards: where the next request
// would begin is unknown.
struct HttpFailure {
  unsigned status = 400;
  std::string code;
  std::string message;
  std::optional<uint64_t> retryAfterMs;
};

// One request's life: header, body, complete; or failed. Beast parses; what it lets pass and
// other parsers might read differently is refused here (folded lines, repeated or list-valued
// Content-Length, any transfer coding but chunked, a missing or repeated Host). Make a new one for
// each request.
class RequestReader {
 public:
  struct Limits {
    size_t headerBytes;
    uint64_t bodyBytes;
  };
  enum class State { header, body, complete, failed };

  explicit RequestReader(Limits limits) : limits_(limits) {}

  // `bytes` is everything received and not yet consumed; answers how much of it is consumed now.
  size_t feed(std::string_view bytes);

  State state() const { return state_; }
  // True from the request's first byte on.
  bool hasStarted() const { return started_; }
  // True once a byte of the body has come.
  bool hasBodyBytes() const { return bodyBytesSeen_; }
  // How much memory the body takes so far.
  uint64_t bodyBytes() const;
  // Complete, or without the body while in state `body`.
  HttpRequest& request() { return request_; }
  const HttpFailure& failure() const { return failure_; }

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  size_t feedHeader(std::string_view bytes);
  size_t feedBody(std::string_view bytes);
  void parseHeader(std::string_view block);
  struct Fields;
  bool checkFraming(const Fields& fields);
  bool checkOnce(const Fields& fields);
  bool checkExpectation(const Fields& fields);
  void fillRequest(const Fields& fields);
  void finish();
  bool fail(unsigned status, std::string code, std::string message);
  void failWith(boost::system::error_code error, std::string_view startLine);

  Limits limits_;
  State state_ = State::header;
  bool started_ = false;
  bool skippedEmptyLine_ = false;
  bool bodyBytesSeen_ = false;
  HeaderScanner scanner_;
  std::optional<Parser> parser_;
  HttpRequest request_;
  HttpFailure failure_;
};

}  // namespace brood::gateway
