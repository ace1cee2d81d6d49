#include "gateway/access/api_key.h"

#include <algorithm>
#include <array>

namespace brood::gateway {
namespace {

constexpr char kDigits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr size_t kBase = 62;
constexpr std::string_view kBroodPrefix = "brood_";
constexpr std::string_view kE2bPrefix = "e2b_";
constexpr size_t kSecretDigits = 43;  // 62^43 is the first power above 2^256.
constexpr size_t kChecksumDigits = 6;
constexpr size_t kE2bBytes = 20;
constexpr size_t kIdBytes = 6;

// The number that `bytes` are, most significant first, in exactly `count` digits of base 62.
template <size_t size>
std::string base62(std::array<uint8_t, size> bytes, size_t count) {
  std::string text(count, kDigits[0]);
  for (size_t place = count; place > 0; --place) {
    unsigned rest = 0;
    for (uint8_t& byte : bytes) {
      const unsigned value = rest << 8 | byte;
      byte = static_cast<uint8_t>(value / kBase);
      rest = value % kBase;
    }
    text[place - 1] = kDigits[rest];
  }
  return text;
}

// The first 32 bits of the digest of all before them.
std::string checksumOf(std::string_view start) {
  const Sha256 digest = sha256(start);
  return base62<4>({digest[0], digest[1], digest[2], digest[3]}, kChecksumDigits);
}

template <size_t size>
std::array<uint8_t, size> randomBytes() {
  std::array<uint8_t, size> bytes;
  fillRandom(bytes.data(), bytes.size());
  return bytes;
}

template <size_t size>
std::string randomHex() {
  std::string text;
  for (const uint8_t byte : randomBytes<size>()) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

}  // namespace

std::string makeApiKey(KeyForm form) {
  if (form == KeyForm::e2b) return std::string(kE2bPrefix) + randomHex<kE2bBytes>();
  const std::string start = std::string(kBroodPrefix) + base62(randomBytes<32>(), kSecretDigits);
  return start + checksumOf(start);
}

bool isWhole(std::string_view key) {
  if (!key.starts_with(kBroodPrefix)) return true;
  const size_t start = kBroodPrefix.size() + kSecretDigits;
  if (key.size() != start + kChecksumDigits) return false;
  return checksumOf(key.substr(0, start)) == key.substr(start);
}

bool isAcceptable(std::string_view key) {
  if (key.size() < kMinKeyLength || key.size() > kMaxKeyLength) return false;
  return isWhole(key) &&
         std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

std::string makeKeyId() { return "k_" + randomHex<kIdBytes>(); }

}  // namespace brood::gateway
