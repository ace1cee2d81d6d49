#include "egress/protocols/socks5.h"

namespace brood::egress {
namespace {

constexpr uint8_t kVersion = 5;
constexpr uint8_t kNoAuthentication = 0;
constexpr uint8_t kNoMethod = 0xff;
constexpr uint8_t kConnect = 1;
constexpr uint8_t kName = 3;
constexpr size_t kRequestHead = 5;

uint8_t at(std::string_view bytes, size_t index) { return static_cast<uint8_t>(bytes[index]); }

std::string bytesOf(std::initializer_list<uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace

std::string socksReply(SocksReply reply) {
  // The address that it would name is nobody's business.
  return bytesOf({kVersion, static_cast<uint8_t>(reply), 0, 1, 0, 0, 0, 0, 0, 0});
}

size_t SocksReader::feed(std::string_view bytes) {
  if (state_ == State::greeting) return feedGreeting(bytes);
  if (state_ == State::request) return feedRequest(bytes);
  return 0;
}

size_t SocksReader::feedGreeting(std::string_view bytes) {
  if (bytes.empty()) return 0;
  if (at(bytes, 0) != kVersion) return fail({}, "this is SOCKS version 5");
  if (bytes.size() < 2) return 0;
  const size_t length = 2 + at(bytes, 1);
  if (bytes.size() < length) return 0;
  const auto methods = bytes.substr(2, length - 2);
  if (methods.find(static_cast<char>(kNoAuthentication)) == std::string_view::npos) {
    return fail(bytesOf({kVersion, kNoMethod}), "there is no authentication here");
  }
  answer_ = bytesOf({kVersion, kNoAuthentication});
  state_ = State::greeted;
  return length;
}

size_t SocksReader::feedRequest(std::string_view bytes) {
  if (bytes.size() < kRequestHead) return 0;
  if (at(bytes, 0) != kVersion || at(bytes, 2) != 0) {
    return fail(socksReply(SocksReply::failed), "malformed SOCKS request");
  }
  if (at(bytes, 1) != kConnect) {
    return fail(socksReply(SocksReply::commandNotSupported), "the only SOCKS command is CONNECT");
  }
  if (at(bytes, 3) != kName) {
    return fail(socksReply(SocksReply::addressTypeNotSupported),
                "SOCKS takes names here, and no addresses (socks5h:// in most programs)");
  }
  const size_t length = kRequestHead + at(bytes, 4) + 2;
  if (bytes.size() < length) return 0;
  host_ = std::string(bytes.substr(kRequestHead, at(bytes, 4)));
  port_ = static_cast<uint16_t>(at(bytes, length - 2) << 8 | at(bytes, length - 1));
  state_ = State::complete;
  return length;
}

size_t SocksReader::fail(std::string answer, std::string problem) {
  answer_ = std::move(answer);
  problem_ = std::move(problem);
  state_ = State::failed;
  return 0;
}

}  // namespace brood::egress
