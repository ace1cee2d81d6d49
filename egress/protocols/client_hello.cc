#include "egress/protocols/client_hello.h"

#include <cstdint>

namespace brood::egress {
namespace {

using State = HelloReading::State;

constexpr uint8_t kHandshakeRecord = 22;
constexpr uint8_t kMajorVersion = 3;
constexpr uint8_t kClientHelloMessage = 1;
constexpr size_t kRecordHeader = 5;
constexpr size_t kMessageHeader = 4;
constexpr size_t kRandomBytes = 32;
constexpr uint16_t kServerNameExtension = 0;
constexpr uint8_t kHostNameType = 0;

// Reads what TLS is made of: numbers and vectors that have their length before them. Once something
// was not there, nothing is.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : rest_(bytes) {}

  bool isOk() const { return isOk_; }
  bool isAtEnd() const { return rest_.empty(); }

  std::string_view take(size_t count) {
    if (count > rest_.size()) {
      isOk_ = false;
      rest_ = {};
      return {};
    }
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  uint32_t number(size_t bytes) {
    uint32_t value = 0;
    for (const char c : take(bytes)) value = value << 8 | static_cast<uint8_t>(c);
    return value;
  }
  Cursor vector(size_t lengthBytes) { return Cursor(take(number(lengthBytes))); }

 private:
  std::string_view rest_;
  bool isOk_ = true;
};

constexpr HelloReading kMalformed{State::malformed, 0, {}};

// One host name, and nothing else in the list: RFC 6066 allows no second one of a type, and there
// is no other type.
bool readServerNames(Cursor extension, std::optional<std::string>& name) {
  Cursor list = extension.vector(2);
  if (!extension.isOk() || !extension.isAtEnd()) return false;
  const auto type = list.number(1);
  const auto text = list.take(list.number(2));
  if (!list.isOk() || !list.isAtEnd() || type != kHostNameType || text.empty()) return false;
  name = std::string(text);
  return true;
}

bool readExtensions(Cursor list, std::optional<std::string>& name) {
  while (!list.isAtEnd()) {
    const auto type = list.number(2);
    const Cursor extension = list.vector(2);
    if (!list.isOk()) return false;
    if (type != kServerNameExtension) continue;
    if (name || !readServerNames(extension, name)) return false;
  }
  return true;
}

HelloReading readBody(Cursor body) {
  HelloReading reading{State::complete, 0, {}};
  body.take(2 + kRandomBytes);
  body.vector(1);  // Session.
  body.vector(2);  // Cipher suites.
  body.vector(1);  // Compression.
  if (!body.isOk()) return kMalformed;
  if (body.isAtEnd()) return reading;
  Cursor extensions = body.vector(2);
  if (!body.isOk() || !body.isAtEnd()) return kMalformed;
  return readExtensions(extensions, reading.serverName) ? reading : kMalformed;
}

HelloReading needing(size_t bytes) {
  if (bytes > kLongestHelloBytes) return kMalformed;
  return {State::needMore, bytes, {}};
}

HelloReading readMessage(std::string_view message) {
  Cursor cursor(message);
  cursor.number(1);
  Cursor body = cursor.vector(3);
  // Another message in the last record would be one that nobody has looked at.
  if (!cursor.isOk() || !cursor.isAtEnd()) return kMalformed;
  return readBody(body);
}

}  // namespace

HelloReading readClientHello(std::string_view bytes) {
  std::string message;
  size_t position = 0;
  while (true) {
    const auto record = bytes.substr(position);
    const bool isFirst = position == 0;
    const HelloReading wrong = isFirst ? HelloReading{State::notTls, 0, {}} : kMalformed;
    if (!record.empty() && static_cast<uint8_t>(record[0]) != kHandshakeRecord) return wrong;
    if (record.size() > 1 && static_cast<uint8_t>(record[1]) != kMajorVersion) return wrong;
    if (record.size() < kRecordHeader) return needing(position + kRecordHeader);
    const size_t length = static_cast<uint8_t>(record[3]) << 8 | static_cast<uint8_t>(record[4]);
    if (length == 0) return kMalformed;
    const size_t end = position + kRecordHeader + length;
    if (end > bytes.size()) return needing(end);
    message += record.substr(kRecordHeader, length);
    if (static_cast<uint8_t>(message[0]) != kClientHelloMessage) return kMalformed;
    position = end;
    if (message.size() < kMessageHeader) continue;
    const size_t whole = kMessageHeader + Cursor(std::string_view(message).substr(1)).number(3);
    if (whole > kLongestHelloBytes) return kMalformed;
    if (message.size() >= whole) return readMessage(message);
  }
}

}  // namespace brood::egress
