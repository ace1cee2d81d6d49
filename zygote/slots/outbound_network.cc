#include "zygote/slots/outbound_network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "rpc/wire/fd_passing.h"
#include "zygote/layers/layer.h"
#include "zygote/slots/loopback.h"
#include "zygote/slots/network_settings.h"

namespace brood::zygote {
namespace {

// The kernel takes no more than net.core.somaxconn, which keepQueuesShort() has set.
constexpr int kBacklog = 128;

OwnedFd openCurrent(int procFd) {
  return OwnedFd(::openat(procFd, "self/ns/net", O_RDONLY | O_CLOEXEC));
}

// Invalid, with errno set, if there is none to be had.
OwnedFd listenOn(wire::ListenAddress::Reader at) {
  OwnedFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(at.getAddress());
  address.sin_port = htons(at.getPort());
  if (!socket || ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) < 0 ||
      ::listen(socket.get(), kBacklog) < 0) {
    return {};
  }
  return socket;
}

int listenOnAll(OutboundNetworks::Addresses addresses, std::vector<OwnedFd>& sockets) {
  for (auto address : addresses) {
    sockets.push_back(listenOn(address));
    if (!sockets.back()) return errno;
  }
  return 0;
}

}  // namespace

OutboundNetworks::OutboundNetworks(int procFd) : home_(openCurrent(procFd)) {
  // The host's is barred to whoever left its user namespace, as an ordinary user's builder has.
  if (!home_ || ::setns(home_.get(), CLONE_NEWNET) < 0) {
    KJ_SYSCALL(::unshare(CLONE_NEWNET));
    home_ = openCurrent(procFd);
  }
  KJ_REQUIRE(static_cast<bool>(home_), "no /proc/self/ns/net to come back to", strerror(errno));
}

int OutboundNetworks::enter(Addresses addresses, std::vector<OwnedFd>& sockets) const {
  if (::unshare(CLONE_NEWNET) < 0) return errno;
  int error = bringLoopbackUp();
  if (error == 0) error = keepQueuesShort();
  if (error == 0) error = listenOnAll(addresses, sockets);
  if (error == 0) return 0;
  sockets.clear();
  comeHome();
  return error;
}

void OutboundNetworks::comeHome() const {
  if (::setns(home_.get(), CLONE_NEWNET) < 0) ::abort();
}

void sendSockets(int channelFd, const std::vector<OwnedFd>& sockets) {
  constexpr kj::byte kNothing[1] = {};
  for (size_t sent = 0; sent < sockets.size();) {
    int fds[kMaxPassedFds];
    const size_t count = std::min(sockets.size() - sent, kMaxPassedFds);
    for (size_t i = 0; i < count; ++i) fds[i] = sockets[sent + i].get();
    sendMessage(channelFd, kNothing, kj::arrayPtr(fds, count));
    sent += count;
  }
}

}  // namespace brood::zygote
