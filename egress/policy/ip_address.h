#pragma once
// An IPv4 or IPv6 address as a value, and ranges of them.

#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace brood::egress {

// An address is read from its usual spelling only: four decimal numbers without leading zeros, or
// the forms of RFC 4291 without brackets and without a zone.
class IpAddress {
 public:
  static std::optional<IpAddress> parse(std::string_view text);
  // Nothing for other families.
  static std::optional<IpAddress> of(const sockaddr& address);
  static IpAddress v4(uint32_t bits);

  bool isV4() const { return isV4_; }
  unsigned bitCount() const { return isV4_ ? 32 : 128; }
  // From the most significant one.
  bool bit(unsigned index) const { return (bytes_[index / 8] >> (7 - index % 8)) & 1; }
  // The four bytes from `offset` on as an IPv4 address. Only of an IPv6 address.
  IpAddress embeddedV4(unsigned offset) const;
  std::string text() const;
  // The form in which URLs and authorities have it: IPv6 in brackets.
  std::string urlText() const { return isV4_ ? text() : "[" + text() + "]"; }
  // Returns the length to give to connect(2).
  socklen_t toSocket(uint16_t port, sockaddr_storage& address) const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  bool isV4_ = true;
  // IPv4 in the first four; the others are zero then.
  std::array<uint8_t, 16> bytes_{};
};

// "10.0.0.0/8", or one address. Bits beyond the prefix must be zero, so that a range says what it
// is.
class IpRange {
 public:
  static std::optional<IpRange> parse(std::string_view text);
  static IpRange one(const IpAddress& address) { return IpRange(address, address.bitCount()); }

  bool contains(const IpAddress& address) const;
  bool contains(const IpRange& other) const {
    return other.prefixBits_ >= prefixBits_ && contains(other.first_);
  }
  std::string text() const;

  bool operator==(const IpRange&) const = default;

 private:
  IpRange(const IpAddress& first, unsigned prefixBits) : first_(first), prefixBits_(prefixBits) {}

  IpAddress first_;
  unsigned prefixBits_;
};

}  // namespace brood::egress
