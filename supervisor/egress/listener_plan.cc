#include "supervisor/egress/listener_plan.h"

#include <map>

namespace brood::supervisor {
namespace {

constexpr uint32_t kLoopback = 0x7f000001;
// 127.77.0.0, of which the first address is given to nobody.
constexpr uint32_t kNamedAddresses = 0x7f4d0000;

std::string textOf(uint32_t address) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    text += std::to_string(address >> shift & 0xff);
    if (shift > 0) text += '.';
  }
  return text;
}

}  // namespace

ListenerPlan::ListenerPlan(const std::vector<std::pair<std::string, uint16_t>>& namedPorts)
    : listeners_{{kLoopback, kHttpProxyPort, ""},
                 {kLoopback, kSocksPort, ""},
                 {kLoopback, kAliasPort, ""}} {
  if (namedPorts.empty()) return;
  hosts_ = "127.0.0.1 localhost sandbox\n::1 localhost ip6-localhost\n";
  std::map<std::string, uint32_t> addresses;
  for (const auto& [host, port] : namedPorts) {
    const auto next = kNamedAddresses + 1 + static_cast<uint32_t>(addresses.size());
    const auto [found, isNew] = addresses.emplace(host, next);
    if (isNew) hosts_ += textOf(next) + " " + host + "\n";
    listeners_.push_back({found->second, port, host});
  }
}

void ListenerPlan::fillSlot(wire::BuildSlot::Builder request) const {
  auto list = request.initListeners(static_cast<unsigned>(listeners_.size()));
  for (unsigned i = 0; i < list.size(); ++i) {
    list[i].setAddress(listeners_[i].address);
    list[i].setPort(listeners_[i].port);
  }
  request.setHosts(hosts_);
}

void ListenerPlan::fillBroker(egress::wire::AddListeners::Builder request, size_t begin,
                              size_t count) const {
  auto list = request.initListeners(static_cast<unsigned>(count));
  for (unsigned i = 0; i < list.size(); ++i) {
    const Listener& from = listeners_[begin + i];
    if (!from.host.empty()) {
      auto named = list[i].initNamed();
      named.setHost(from.host);
      named.setPort(from.port);
    } else if (from.port == kHttpProxyPort) {
      list[i].setHttp();
    } else if (from.port == kSocksPort) {
      list[i].setSocks();
    } else {
      list[i].setAlias();
    }
  }
}

}  // namespace brood::supervisor
