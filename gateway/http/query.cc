#include "gateway/http/query.h"

#include <algorithm>

namespace brood::gateway {
namespace {

int digitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The byte that "%XX" at this place stands for.
std::optional<char> byteAt(std::string_view text, size_t at) {
  if (at + 2 >= text.size() || digitOf(text[at + 1]) < 0 || digitOf(text[at + 2]) < 0) return {};
  return static_cast<char>(digitOf(text[at + 1]) << 4 | digitOf(text[at + 2]));
}

std::string queryDecoded(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '%' ? byteAt(text, i) : std::nullopt;
    if (byte) i += 2;
    result += byte ? *byte : text[i] == '+' ? ' ' : text[i];
  }
  return result;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> queryPairs(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    pairs.emplace_back(
        queryDecoded(pair.substr(0, equals)),
        equals == std::string_view::npos ? std::string() : queryDecoded(pair.substr(equals + 1)));
  }
  return pairs;
}

std::optional<std::string> queryValue(std::string_view query, std::string_view name) {
  for (auto& [each, value] : queryPairs(query)) {
    if (each == name) return std::move(value);
  }
  return std::nullopt;
}

std::optional<std::string> pathDecoded(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    char byte = text[i];
    if (byte == '%') {
      const auto decoded = byteAt(text, i);
      if (!decoded) return std::nullopt;
      byte = *decoded;
      i += 2;
    }
    if (byte == '\0') return std::nullopt;
    result += byte;
  }
  return result;
}

}  // namespace brood::gateway
