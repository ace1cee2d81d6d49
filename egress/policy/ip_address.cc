#include "egress/policy/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>
#include <cstring>

namespace brood::egress {
namespace {

// inet_pton(3) wants a string that ends in a NUL, and so must not be given one that contains it.
constexpr size_t kLongestAddress = INET6_ADDRSTRLEN;

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.size() >= kLongestAddress || text.find('\0') != std::string_view::npos) return {};
  const std::string copy(text);
  IpAddress address;
  address.isV4_ = copy.find(':') == std::string::npos;
  const int family = address.isV4_ ? AF_INET : AF_INET6;
  if (::inet_pton(family, copy.c_str(), address.bytes_.data()) != 1) return {};
  return address;
}

std::optional<IpAddress> IpAddress::of(const sockaddr& generic) {
  IpAddress address;
  if (generic.sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &generic, sizeof(v4));
    std::memcpy(address.bytes_.data(), &v4.sin_addr, 4);
    return address;
  }
  if (generic.sa_family != AF_INET6) return {};
  sockaddr_in6 v6;
  std::memcpy(&v6, &generic, sizeof(v6));
  address.isV4_ = false;
  std::memcpy(address.bytes_.data(), &v6.sin6_addr, 16);
  return address;
}

IpAddress IpAddress::v4(uint32_t bits) {
  IpAddress address;
  for (unsigned i = 0; i < 4; ++i) {
    address.bytes_[i] = static_cast<uint8_t>(bits >> (24 - 8 * i));
  }
  return address;
}

IpAddress IpAddress::embeddedV4(unsigned offset) const {
  IpAddress address;
  std::memcpy(address.bytes_.data(), bytes_.data() + offset, 4);
  return address;
}

std::string IpAddress::text() const {
  char buffer[INET6_ADDRSTRLEN];
  ::inet_ntop(isV4_ ? AF_INET : AF_INET6, bytes_.data(), buffer, sizeof(buffer));
  return buffer;
}

socklen_t IpAddress::toSocket(uint16_t port, sockaddr_storage& address) const {
  std::memset(&address, 0, sizeof(address));
  if (isV4_) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(address);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, bytes_.data(), 4);
    return sizeof(v4);
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(address);
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  std::memcpy(&v6.sin6_addr, bytes_.data(), 16);
  return sizeof(v6);
}

std::optional<IpRange> IpRange::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return {};
  if (slash == std::string_view::npos) return one(*address);

  const auto digits = text.substr(slash + 1);
  unsigned prefixBits = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), prefixBits);
  const bool isNumber = error == std::errc() && end == digits.data() + digits.size();
  if (!isNumber || prefixBits > address->bitCount()) return {};
  for (unsigned i = prefixBits; i < address->bitCount(); ++i) {
    if (address->bit(i)) return {};
  }
  return IpRange(*address, prefixBits);
}

bool IpRange::contains(const IpAddress& address) const {
  if (address.isV4() != first_.isV4()) return false;
  for (unsigned i = 0; i < prefixBits_; ++i) {
    if (address.bit(i) != first_.bit(i)) return false;
  }
  return true;
}

std::string IpRange::text() const {
  if (prefixBits_ == first_.bitCount()) return first_.text();
  return first_.text() + "/" + std::to_string(prefixBits_);
}

}  // namespace brood::egress
