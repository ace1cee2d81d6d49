#pragma once
// Streams and listeners over one descriptor each. Only for the sources of this folder; everybody
// else gets them from the provider of uv_io.h.

#include <kj/async-io.h>

#include "base/owned_fd.h"
#include "rpc/loop/uv_event_port.h"

namespace brood {

// A descriptor that is ours or borrowed, as kj::LowLevelAsyncIoProvider::Flags say. Non-blocking.
class IoFd {
 public:
  IoFd(int fd, kj::uint flags);

  int get() const { return fd_; }
  bool isSocket() const;

 private:
  int fd_;
  OwnedFd owned_;
};

// Every operation tries its system call first; the descriptor is given to libuv only when one
// would have blocked. (Regular files never block, and libuv could not watch them.)
kj::Own<kj::AsyncIoStream> newUvStream(UvEventPort& port, IoFd fd);

// As newUvStream(), once the connection stands.
kj::Promise<kj::Own<kj::AsyncIoStream>> connectUvStream(UvEventPort& port, IoFd fd,
                                                        const sockaddr* address,
                                                        kj::uint addressBytes);

// Small replies must not wait for the acknowledgement of earlier ones. Nothing to do outside TCP.
void disableNagle(int fd, int family);

kj::Own<kj::ConnectionReceiver> newUvConnectionReceiver(
    UvEventPort& port, IoFd fd, kj::LowLevelAsyncIoProvider::NetworkFilter& filter);

}  // namespace brood
