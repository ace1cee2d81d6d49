#include "tests/unit/runtimes/preload/interface_sets.h"

#include <arpa/inet.h>
#include <kj/debug.h>
#include <linux/if_packet.h>
#include <netinet/in.h>

namespace brood {
namespace {

std::string textOf(const sockaddr* address) {
  if (address == nullptr) return "-";
  char text[INET6_ADDRSTRLEN] = {};
  if (address->sa_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
    return ::inet_ntop(AF_INET, &v4->sin_addr, text, sizeof(text));
  }
  if (address->sa_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address);
    return ::inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof(text)) + std::string("%") +
           std::to_string(v6->sin6_scope_id);
  }
  const auto* hardware = reinterpret_cast<const sockaddr_ll*>(address);
  std::string result = "hardware " + std::to_string(hardware->sll_ifindex) + " " +
                       std::to_string(hardware->sll_hatype);
  for (int i = 0; i < hardware->sll_halen; ++i) {
    result += ":" + std::to_string(hardware->sll_addr[i]);
  }
  return result;
}

// ifr_flags has 16 bits.
std::string lineOf(const ifaddrs& entry) {
  const unsigned flags = entry.ifa_flags & 0xffff;
  std::string line =
      std::string(entry.ifa_name) + " " + std::to_string(flags) + " " + textOf(entry.ifa_addr);
  const int family = entry.ifa_addr->sa_family;
  if (family == AF_INET || family == AF_INET6) line += "/" + textOf(entry.ifa_netmask);
  if (family == AF_INET && (flags & IFF_BROADCAST)) line += " " + textOf(entry.ifa_broadaddr);
  return line;
}

}  // namespace

AddressSet addressesBy(const std::function<int(ifaddrs**)>& get,
                       const std::function<void(ifaddrs*)>& free) {
  ifaddrs* list;
  KJ_SYSCALL(get(&list));
  AddressSet lines;
  for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr != nullptr) lines.insert(lineOf(*each));
  }
  free(list);
  return lines;
}

InterfaceSet interfacesBy(const std::function<struct if_nameindex*()>& get,
                          const std::function<void(struct if_nameindex*)>& free) {
  struct if_nameindex* list = get();
  KJ_REQUIRE(list != nullptr, "if_nameindex", strerror(errno));
  InterfaceSet lines;
  for (const auto* each = list; each->if_index != 0; ++each) {
    lines.insert(std::to_string(each->if_index) + " " + each->if_name);
  }
  free(list);
  return lines;
}

}  // namespace brood
