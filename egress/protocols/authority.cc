#include "egress/protocols/authority.h"

#include <charconv>

namespace brood::egress {

std::optional<Authority> splitAuthority(std::string_view text) {
  const bool hasBracket = text.starts_with('[');
  const size_t bracket = hasBracket ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return {};
  const size_t colon = text.find(':', bracket);
  if (hasBracket && colon == std::string_view::npos && bracket + 1 != text.size()) return {};
  if (hasBracket && colon != std::string_view::npos && colon != bracket + 1) return {};
  if (colon == std::string_view::npos) return Authority{text, {}};

  const auto digits = text.substr(colon + 1);
  unsigned port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const bool isNumber = error == std::errc() && end == digits.data() + digits.size();
  if (!isNumber || port == 0 || port > 65535) return {};
  return Authority{text.substr(0, colon), static_cast<uint16_t>(port)};
}

}  // namespace brood::egress
