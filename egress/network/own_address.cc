#include "egress/network/own_address.h"

#include "base/owned_fd.h"

namespace brood::egress {

bool isOwnAddress(const IpAddress& address) {
  sockaddr_storage target;
  // A UDP socket's connect() only looks up the route. Port 9 (discard): 0 would be refused by some.
  const socklen_t size = address.toSocket(9, target);
  OwnedFd socket(::socket(target.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  // An address without a route is not reached either.
  if (!socket || ::connect(socket.get(), reinterpret_cast<sockaddr*>(&target), size) < 0) {
    return false;
  }
  sockaddr_storage own;
  socklen_t ownSize = sizeof(own);
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&own), &ownSize) < 0) return true;
  return IpAddress::of(reinterpret_cast<sockaddr&>(own)) == address;
}

}  // namespace brood::egress
