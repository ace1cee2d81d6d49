#pragma once
// The results of getifaddrs(3) and if_nameindex(3), in a form that compares.

#include <ifaddrs.h>
#include <net/if.h>

#include <functional>
#include <set>
#include <string>

namespace brood {

// "eth0 4163 192.0.2.2/255.255.255.0 192.0.2.255": name, flags, address, netmask, broadcast
// address.
using AddressSet = std::multiset<std::string>;
// "1 lo"
using InterfaceSet = std::multiset<std::string>;

// Throws if they fail.
AddressSet addressesBy(const std::function<int(ifaddrs**)>& get,
                       const std::function<void(ifaddrs*)>& free);
InterfaceSet interfacesBy(const std::function<struct if_nameindex*()>& get,
                          const std::function<void(struct if_nameindex*)>& free);

}  // namespace brood
