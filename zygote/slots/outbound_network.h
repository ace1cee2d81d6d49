#pragma once
// Network namespaces for slots with network: loopback, and on it sockets that listen.
//
// A socket stays in the namespace that it was made in, so what the sockets are handed to reaches
// the slot, and the slot nothing but that. None of these namespaces is used again: a job has had
// the ends of its connections in it.

#include <vector>

#include "base/owned_fd.h"
#include "rpc/wire/zygote.capnp.h"

namespace brood::zygote {

// Lives in a process with CAP_SYS_ADMIN and one thread, which is in another namespace than its own
// only between enter() and comeHome().
class OutboundNetworks {
 public:
  // procFd: a /proc of this process's PID namespace, borrowed.
  explicit OutboundNetworks(int procFd);

  using Addresses = capnp::List<wire::ListenAddress>::Reader;
  // Into a new namespace, where a socket listens on each address. Returns 0, or the errno with
  // which this process is where it was.
  int enter(Addresses addresses, std::vector<OwnedFd>& sockets) const;
  // Ends the process if the way back is barred, as NetworkPool does.
  void comeHome() const;

 private:
  OwnedFd home_;
};

// To whoever has the other end of a channel (rpc/wire/fd_passing.h), in as many messages as it
// takes. The channel is borrowed.
void sendSockets(int channelFd, const std::vector<OwnedFd>& sockets);

}  // namespace brood::zygote
