#pragma once
// Builds ClientHellos, right ones and wrong ones.

#include <cstdint>
#include <string>
#include <vector>

namespace brood::egress {

inline std::string number(size_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i));
  return text;
}

inline std::string withLength(const std::string& content, int lengthBytes) {
  return number(content.size(), lengthBytes) + content;
}

inline std::string extension(uint16_t type, const std::string& content) {
  return number(type, 2) + withLength(content, 2);
}

inline std::string hostName(const std::string& name, uint8_t type = 0) {
  return number(type, 1) + withLength(name, 2);
}

// A server_name extension whose list is these.
inline std::string serverName(const std::string& entries) {
  return extension(0, withLength(entries, 2));
}

// A handshake message with these extensions.
inline std::string helloMessage(const std::string& extensions) {
  const std::string body = "\x03\x03" + std::string(32, 'r') + withLength("session", 1) +
                           withLength(std::string("\x13\x01", 2), 2) +
                           withLength(std::string(1, '\0'), 1) + withLength(extensions, 2);
  return "\x01" + withLength(body, 3);
}

// Records of at most this many bytes.
inline std::string inRecords(const std::string& message, size_t longest = 16384) {
  std::string records;
  for (size_t i = 0; i < message.size(); i += longest) {
    records += "\x16\x03\x01" + withLength(message.substr(i, longest), 2);
  }
  return records;
}

inline std::string helloFor(const std::string& name) {
  return inRecords(helloMessage(extension(43, "\x02\x03\x04") + serverName(hostName(name))));
}

}  // namespace brood::egress
