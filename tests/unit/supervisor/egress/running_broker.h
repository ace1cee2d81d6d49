#pragma once
// A real brood-egress, started by the supervisor's part for it.

#include <arpa/inet.h>
#include <kj/debug.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "rpc/loop/uv_io.h"
#include "supervisor/egress/egress_access.h"

namespace brood::supervisor {

struct RunningBroker {
  explicit RunningBroker(std::vector<std::string> allow)
      : broker(io.port(), reaper,
               BrokerOptions{.binary = BROOD_EGRESS, .account = {}, .logLevel = "warn"},
               configOf(std::move(allow))) {}
  ~RunningBroker() { broker.stop().wait(io.waitScope()); }

  static EgressConfig configOf(std::vector<std::string> allow) {
    EgressConfig config;
    config.enabled = "on";
    config.allow = std::move(allow);
    return config;
  }
  // Sockets that listen, as many as the plan has; with the port of the first.
  static std::vector<OwnedFd> listeners(size_t count, uint16_t& port) {
    std::vector<OwnedFd> sockets;
    for (size_t i = 0; i < count; ++i) {
      OwnedFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      KJ_SYSCALL(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)));
      KJ_SYSCALL(::listen(socket.get(), 8));
      socklen_t size = sizeof(address);
      KJ_SYSCALL(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size));
      if (i == 0) port = ntohs(address.sin_port);
      sockets.push_back(kj::mv(socket));
    }
    return sockets;
  }

  UvAsyncIo io;
  Reaper reaper{io.port()};
  EgressBroker broker;
};

}  // namespace brood::supervisor
