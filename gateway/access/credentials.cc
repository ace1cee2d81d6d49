#include "gateway/access/credentials.h"

#include <openssl/evp.h>
#include <strings.h>

#include <string_view>
#include <vector>

namespace brood::gateway {
namespace {

constexpr size_t kMaxHeaderBytes = 4096;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool isScheme(std::string_view word, std::string_view scheme) {
  return word.size() == scheme.size() &&
         ::strncasecmp(word.data(), scheme.data(), scheme.size()) == 0;
}

std::string fromBase64(std::string_view text) {
  // OpenSSL counts the padding as bytes.
  size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  std::vector<unsigned char> bytes(text.size() / 4 * 3 + 3);
  const int size =
      EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                      static_cast<int>(text.size()));
  if (size < 0 || static_cast<size_t>(size) < padding) return {};
  return {reinterpret_cast<const char*>(bytes.data()), static_cast<size_t>(size) - padding};
}

std::string passwordOf(std::string_view userAndPassword) {
  const auto colon = userAndPassword.find(':');
  if (colon == std::string_view::npos) return {};
  return std::string(userAndPassword.substr(colon + 1));
}

std::string keyInAuthorization(std::string_view header) {
  const auto space = header.find(' ');
  if (space == std::string_view::npos) return std::string(header);
  const std::string_view scheme = header.substr(0, space);
  const std::string_view rest = trimmed(header.substr(space));
  if (isScheme(scheme, "bearer")) return std::string(rest);
  if (isScheme(scheme, "basic")) return passwordOf(fromBase64(rest));
  return {};
}

}  // namespace

std::optional<std::string> presentedKey(const std::optional<std::string>& apiKeyHeader,
                                        const std::optional<std::string>& authorization) {
  const auto& header = apiKeyHeader ? apiKeyHeader : authorization;
  if (!header) return std::nullopt;
  const std::string_view value = trimmed(*header);
  if (value.size() > kMaxHeaderBytes) return "";
  return apiKeyHeader ? std::string(value) : keyInAuthorization(value);
}

}  // namespace brood::gateway
