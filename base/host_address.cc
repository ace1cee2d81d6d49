#include "base/host_address.h"

#include <netdb.h>
#include <netinet/in.h>

namespace brood {
namespace {

bool isLoopbackAddress(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    const auto& ipv4 = reinterpret_cast<const sockaddr_in&>(address);
    return (ntohl(ipv4.sin_addr.s_addr) >> 24) == 127;
  }
  if (address.sa_family != AF_INET6) return false;
  const auto& ipv6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  return IN6_IS_ADDR_LOOPBACK(&ipv6) || (IN6_IS_ADDR_V4MAPPED(&ipv6) && ipv6.s6_addr[12] == 127);
}

}  // namespace

std::string withoutBrackets(const std::string& host) {
  if (host.size() < 2 || host.front() != '[' || host.back() != ']') return host;
  return host.substr(1, host.size() - 2);
}

bool isLoopback(const std::string& host) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  if (getaddrinfo(withoutBrackets(host).c_str(), nullptr, &hints, &found) != 0) return false;
  bool all = true;
  for (const auto* each = found; each != nullptr; each = each->ai_next) {
    all = all && isLoopbackAddress(*each->ai_addr);
  }
  freeaddrinfo(found);
  return all;
}

}  // namespace brood
