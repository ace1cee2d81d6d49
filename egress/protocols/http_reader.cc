#include "egress/protocols/http_reader.h"

#include <boost/asio/buffer.hpp>

namespace brood::egress {
namespace {

namespace http = boost::beast::http;

// "0 CR LF CR LF": no chunked body ends with fewer bytes unread than this.
constexpr size_t kShortestChunkedEnd = 5;

// Beast asserts that it is not called again with part of a last chunk (and of the CR LF before it).
bool mayBePartOfLastChunk(std::string_view bytes) {
  if (bytes.size() >= kShortestChunkedEnd) return false;
  if (bytes == "\r") return true;
  if (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
  return bytes.empty() || bytes[0] == '0';
}

}  // namespace

template <bool isRequest>
void HttpReader<isRequest>::start() {
  parser_.emplace();
  parser_->body_limit(boost::none);
  // The block is bounded before Beast sees it.
  parser_->header_limit(static_cast<uint32_t>(maxHeadBytes_ + 1));
}

template <bool isRequest>
size_t HttpReader<isRequest>::feedHead(std::string_view bytes) {
  if (hasHead_ || problem_) return 0;
  switch (scanner_.scan(bytes.substr(0, maxHeadBytes_))) {
    case HeaderScanner::Outcome::needMore:
      if (bytes.size() >= maxHeadBytes_) {
        problem_ = "the head has more than " + std::to_string(maxHeadBytes_) + " bytes";
      }
      return 0;
    case HeaderScanner::Outcome::complete:
      parseHead(bytes.substr(0, scanner_.length()));
      return problem_ ? 0 : scanner_.length();
    case HeaderScanner::Outcome::badLineEnding:
      problem_ = "header lines must end in CR LF";
      return 0;
    case HeaderScanner::Outcome::foldedLine:
      problem_ = "a header line must not begin with a blank";
      return 0;
    case HeaderScanner::Outcome::controlByte:
      problem_ = "the head contains a control character";
      return 0;
  }
  return 0;
}

template <bool isRequest>
void HttpReader<isRequest>::parseHead(std::string_view block) {
  boost::system::error_code error;
  parser_->put(boost::asio::buffer(block.data(), block.size()), error);
  if (error) {
    problem_ = "malformed HTTP: " + error.message();
    return;
  }
  if (auto why = whyFramingIsAmbiguous(parser_->get().base(), version())) {
    problem_ = std::move(*why);
    return;
  }
  hasHead_ = true;
  readFraming();
  parser_->eager(true);
}

template <bool isRequest>
void HttpReader<isRequest>::readFraming() {
  const auto length = parser_->content_length();
  if (parser_->is_done()) {
    // A body that is not there may have a length all the same: the answer to HEAD.
    framing_ = length ? Framing{Framing::Kind::length, *length} : Framing{};
  } else if (parser_->chunked()) {
    framing_ = {Framing::Kind::chunked, 0};
  } else if (length) {
    framing_ = {Framing::Kind::length, *length};
  } else {
    framing_ = {Framing::Kind::untilEnd, 0};
  }
}

template <bool isRequest>
size_t HttpReader<isRequest>::feedBody(std::string_view bytes, std::span<char> room,
                                       size_t& produced) {
  produced = 0;
  if (bytes.empty() || problem_ || isDone()) return 0;
  if (parser_->chunked() && mayBePartOfLastChunk(bytes)) return 0;
  auto& body = parser_->get().body();
  body.data = room.data();
  body.size = room.size();
  body.more = true;
  boost::system::error_code error;
  const size_t consumed = parser_->put(boost::asio::buffer(bytes.data(), bytes.size()), error);
  produced = room.size() - body.size;
  if (error && error != http::error::need_more && error != http::error::need_buffer) {
    problem_ = "malformed HTTP: " + error.message();
  }
  return consumed;
}

template <bool isRequest>
void HttpReader<isRequest>::feedEnd() {
  if (problem_ || (hasHead_ && isDone())) return;
  if (!hasHead_ || framing_.kind != Framing::Kind::untilEnd) {
    problem_ = "the message ends before its end";
    return;
  }
  boost::system::error_code error;
  parser_->put_eof(error);
  if (error) problem_ = "malformed HTTP: " + error.message();
}

template class HttpReader<true>;
template class HttpReader<false>;

}  // namespace brood::egress
