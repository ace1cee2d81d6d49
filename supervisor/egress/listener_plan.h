#pragma once
// The sockets that listen in each sandbox with network, and the names that lead to them.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "egress/control/egress.capnp.h"
#include "rpc/wire/zygote.capnp.h"

namespace brood::supervisor {

// Ports of 127.0.0.1 in a sandbox.
constexpr uint16_t kHttpProxyPort = 3128;
constexpr uint16_t kSocksPort = 1080;
constexpr uint16_t kAliasPort = 3129;

class ListenerPlan {
 public:
  // For an exact name with a port there is an address of its own: 127.77.x.y, by /etc/hosts.
  explicit ListenerPlan(const std::vector<std::pair<std::string, uint16_t>>& namedPorts);

  // Two requests that are about the same sockets, in the same order.
  void fillSlot(wire::BuildSlot::Builder request) const;
  // Those from `begin` on, `count` of them.
  void fillBroker(egress::wire::AddListeners::Builder request, size_t begin, size_t count) const;

  size_t size() const { return listeners_.size(); }
  const std::string& hosts() const { return hosts_; }

 private:
  struct Listener {
    uint32_t address;
    uint16_t port;
    std::string host;  // Only of a named port.
  };

  std::vector<Listener> listeners_;
  std::string hosts_;
};

}  // namespace brood::supervisor
