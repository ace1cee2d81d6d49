#include "gateway/http/request_reader.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <cctype>

namespace brood::gateway {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

// "0 CR LF CR LF": no chunked body ends with fewer bytes unread than this.
constexpr size_t kShortestChunkedEnd = 5;

// Whether these bytes may be part of a last chunk (with the CR LF of the chunk before it).
bool mayBePartOfLastChunk(std::string_view bytes) {
  if (bytes.size() >= kShortestChunkedEnd) return false;
  if (bytes == "\r") return true;
  if (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
  return bytes.empty() || bytes[0] == '0';
}

std::string_view asStd(beast::string_view text) { return {text.data(), text.size()}; }
beast::string_view asBeast(std::string_view text) { return {text.data(), text.size()}; }

// "*SP HTTP/9.9": well-formed, merely not ours; also HTTP/2's preface.
bool namesAnHttpVersion(std::string_view startLine) {
  constexpr std::string_view kPattern = " HTTP/d.d";
  if (startLine.size() < kPattern.size()) return false;
  const auto tail = startLine.substr(startLine.size() - kPattern.size());
  return tail.substr(0, 6) == " HTTP/" && std::isdigit(static_cast<unsigned char>(tail[6])) &&
         tail[7] == '.' && std::isdigit(static_cast<unsigned char>(tail[8]));
}

// The path of "/path?query" and of "http://authority/path?query".
std::string_view pathOf(std::string_view target) {
  if (!target.starts_with('/')) {
    const auto scheme = target.find("://");
    if (scheme != std::string_view::npos) {
      const auto slash = target.find('/', scheme + 3);
      target = slash == std::string_view::npos ? "/" : target.substr(slash);
    }
  }
  return target.substr(0, target.find_first_of("?#"));
}

// Everything between the first question mark and a '#', which no client should send.
std::string_view queryOf(std::string_view target) {
  const auto mark = target.find('?');
  if (mark == std::string_view::npos) return {};
  target.remove_prefix(mark + 1);
  return target.substr(0, target.find('#'));
}

}  // namespace

// The header fields that mean something here, found in one pass: Beast looks each up in a tree of
// names, and there are twice as many questions as fields.
struct RequestReader::Fields {
  struct Field {
    size_t count = 0;
    std::string_view value = {};  // The first one's.

    std::optional<std::string> optional() const {
      if (count == 0) return {};
      return std::string(value);
    }

    // Two of them are one that stands for nothing.
    std::optional<std::string> single() const {
      if (count > 1) return "";
      return optional();
    }
  };

  explicit Fields(const http::fields& all) {
    for (const auto& each : all) {
      Field* field = find(each);
      if (field != nullptr && field->count++ == 0) field->value = asStd(each.value());
    }
  }

  Field contentType, accept, contentLength, transferEncoding;
  Field host, origin, fetchSite, requestedMethod, expect;
  Field authorization, apiKey, requestId, traceparent, range;
  Field mcpVersion, mcpMethod, mcpName;

 private:
  Field* find(const http::fields::value_type& field) {
    switch (field.name()) {
      case http::field::content_type:
        return &contentType;
      case http::field::accept:
        return &accept;
      case http::field::content_length:
        return &contentLength;
      case http::field::transfer_encoding:
        return &transferEncoding;
      case http::field::host:
        return &host;
      case http::field::origin:
        return &origin;
      case http::field::access_control_request_method:
        return &requestedMethod;
      case http::field::expect:
        return &expect;
      case http::field::authorization:
        return &authorization;
      case http::field::range:
        return &range;
      default:
        return findByName(field.name_string());
    }
  }

  // Finds the names that Beast has no number for. No two of them are of one length.
  Field* findByName(beast::string_view name) {
    const auto is = [name](const char* other) { return beast::iequals(name, other); };
    switch (name.size()) {
      case 8:
        return is("Mcp-Name") ? &mcpName : nullptr;
      case 9:
        return is("X-API-Key") ? &apiKey : nullptr;
      case 10:
        return is("Mcp-Method") ? &mcpMethod : nullptr;
      case 11:
        return is("traceparent") ? &traceparent : nullptr;
      case 12:
        return is("X-Request-Id") ? &requestId : nullptr;
      case 14:
        return is("Sec-Fetch-Site") ? &fetchSite : nullptr;
      case 20:
        return is("MCP-Protocol-Version") ? &mcpVersion : nullptr;
      default:
        return nullptr;
    }
  }
};

size_t RequestReader::feed(std::string_view bytes) {
  size_t consumed = 0;
  if (state_ == State::header) consumed = feedHeader(bytes);
  if (state_ == State::body) consumed += feedBody(bytes.substr(consumed));
  return consumed;
}

size_t RequestReader::feedHeader(std::string_view bytes) {
  size_t skipped = 0;
  // RFC 9112, 2.2: an empty line before the request line is to be ignored; one, not a stream.
  if (!started_ && !skippedEmptyLine_ && bytes.starts_with('\r')) {
    if (bytes.size() == 1) return 0;
    if (bytes[1] == '\n') {
      skippedEmptyLine_ = true;
      skipped = 2;
      bytes.remove_prefix(2);
    }
  }
  if (bytes.empty()) return skipped;
  started_ = true;

  switch (scanner_.scan(bytes.substr(0, limits_.headerBytes))) {
    case HeaderScanner::Outcome::needMore:
      if (bytes.size() >= limits_.headerBytes) {
        fail(431, "headers_too_large",
             "the request's headers must not exceed " + std::to_string(limits_.headerBytes) +
                 " bytes");
      }
      return skipped;
    case HeaderScanner::Outcome::complete:
      parseHeader(bytes.substr(0, scanner_.length()));
      return skipped + scanner_.length();
    case HeaderScanner::Outcome::badLineEnding:
      fail(400, "bad_request", "header lines must end in CR LF");
      return skipped;
    case HeaderScanner::Outcome::foldedLine:
      fail(400, "bad_request", "a header line must not begin with a blank");
      return skipped;
    case HeaderScanner::Outcome::controlByte:
      fail(400, "bad_request", "the headers contain a control character");
      return skipped;
  }
  return skipped;
}

void RequestReader::parseHeader(std::string_view block) {
  parser_.emplace();
  // The block is complete and bounded; Beast's own limit must only not be in the way.
  parser_->header_limit(static_cast<uint32_t>(block.size() + 1));
  parser_->body_limit(limits_.bodyBytes);
  boost::system::error_code error;
  parser_->put(boost::asio::buffer(block.data(), block.size()), error);
  if (error) {
    failWith(error, block.substr(0, block.find('\r')));
    return;
  }
  const Fields fields(parser_->get().base());
  if (!checkFraming(fields) || !checkOnce(fields) || !checkExpectation(fields)) return;
  fillRequest(fields);
  if (request_.path.empty()) {
    fail(400, "bad_request", "the request's target has no path");
    return;
  }
  parser_->eager(true);
  state_ = State::body;
  if (parser_->is_done()) finish();
}

bool RequestReader::checkFraming(const Fields& fields) {
  const auto lengths = fields.contentLength.count;
  const auto codings = fields.transferEncoding.count;
  if (lengths > 0 && codings > 0) {
    return fail(400, "bad_request", "Content-Length and Transfer-Encoding exclude each other");
  }
  if (lengths > 1 || codings > 1) {
    return fail(400, "bad_request", "Content-Length and Transfer-Encoding may be given once");
  }
  if (lengths == 1) {
    const auto value = fields.contentLength.value;
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    if (value.empty() || !std::all_of(value.begin(), value.end(), isDigit)) {
      return fail(400, "bad_request", "Content-Length must be a decimal number");
    }
  }
  if (codings == 1) {
    if (parser_->get().version() < 11) {
      return fail(400, "bad_request", "HTTP/1.0 has no Transfer-Encoding");
    }
    if (!beast::iequals(asBeast(fields.transferEncoding.value), "chunked")) {
      return fail(501, "not_implemented", "the only transfer coding supported is chunked");
    }
  }
  return true;
}

// Two of the last two would be two answers to the question whose page has sent this.
bool RequestReader::checkOnce(const Fields& fields) {
  if (fields.host.count > 1) return fail(400, "bad_request", "Host may be given once");
  if (fields.host.count == 0 && parser_->get().version() >= 11) {
    return fail(400, "bad_request", "HTTP/1.1 requires a Host header");
  }
  if (fields.origin.count > 1) return fail(400, "bad_request", "Origin may be given once");
  if (fields.fetchSite.count > 1) {
    return fail(400, "bad_request", "Sec-Fetch-Site may be given once");
  }
  if (fields.authorization.count > 1) {
    return fail(400, "bad_request", "Authorization may be given once");
  }
  if (fields.apiKey.count > 1) return fail(400, "bad_request", "X-API-Key may be given once");
  return true;
}

bool RequestReader::checkExpectation(const Fields& fields) {
  // HTTP/1.0 has no expectations: RFC 9110, 10.1.1 says to ignore them.
  if (fields.expect.count == 0 || parser_->get().version() < 11) return true;
  if (!beast::iequals(asBeast(fields.expect.value), "100-continue")) {
    return fail(417, "expectation_failed", "the only expectation supported is 100-continue");
  }
  request_.expectsContinue = true;
  return true;
}

void RequestReader::fillRequest(const Fields& fields) {
  const auto& message = parser_->get();
  request_.method = asStd(message.method_string());
  request_.path = pathOf(asStd(message.target()));
  request_.query = queryOf(asStd(message.target()));
  request_.contentType = fields.contentType.value;
  request_.accept = fields.accept.value;
  request_.host = fields.host.optional();
  request_.origin = fields.origin.optional();
  request_.fetchSite = fields.fetchSite.optional();
  request_.requestedMethod = fields.requestedMethod.optional();
  request_.authorization = fields.authorization.optional();
  request_.apiKey = fields.apiKey.optional();
  request_.requestId = fields.requestId.optional();
  // Two of them are none, by the standard.
  if (fields.traceparent.count == 1) request_.traceparent = fields.traceparent.value;
  request_.range = fields.range.optional();
  request_.mcpVersion = fields.mcpVersion.single();
  request_.mcpMethod = fields.mcpMethod.single();
  request_.mcpName = fields.mcpName.single();
  request_.isHttp11 = message.version() >= 11;
  request_.keepAlive = parser_->keep_alive();
}

size_t RequestReader::feedBody(std::string_view bytes) {
  if (bytes.empty()) return 0;
  bodyBytesSeen_ = true;
  // Beast asserts that it is not called again with part of a last chunk.
  if (parser_->chunked() && mayBePartOfLastChunk(bytes)) return 0;
  boost::system::error_code error;
  const size_t consumed = parser_->put(boost::asio::buffer(bytes.data(), bytes.size()), error);
  if (error && error != http::error::need_more) {
    failWith(error, {});
  } else if (parser_->is_done()) {
    finish();
  }
  return consumed;
}

uint64_t RequestReader::bodyBytes() const {
  if (state_ != State::body) return request_.body.size();
  const auto& body = parser_->get().body();
  // A body without a declared length grows by doubling.
  return parser_->chunked() ? body.capacity() : body.size();
}

void RequestReader::finish() {
  request_.body = std::move(parser_->get().body());
  state_ = State::complete;
}

bool RequestReader::fail(unsigned status, std::string code, std::string message) {
  failure_ = {status, std::move(code), std::move(message), {}};
  state_ = State::failed;
  return false;
}

void RequestReader::failWith(boost::system::error_code error, std::string_view startLine) {
  if (error == http::error::body_limit || error == http::error::buffer_overflow) {
    fail(413, "body_too_large",
         "the request's body must not exceed " + std::to_string(limits_.bodyBytes) + " bytes");
  } else if (error == http::error::header_limit) {
    fail(431, "headers_too_large",
         "the request's headers must not exceed " + std::to_string(limits_.headerBytes) + " bytes");
  } else if (error == http::error::bad_version && namesAnHttpVersion(startLine)) {
    fail(505, "http_version_not_supported", "only HTTP/1.0 and HTTP/1.1 are spoken here");
  } else {
    fail(400, "bad_request", "malformed HTTP request: " + error.message());
  }
}

}  // namespace brood::gateway
