#include "egress/proxies/server_connection.h"

#include <errno.h>
#include <sys/socket.h>

namespace brood::egress {

bool ServerConnection::isGoodFor(const std::string& key) const {
  if (key != key_ || !buffered.bytes().empty()) return false;
  char byte;
  const ssize_t count = ::recv(socketFd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace brood::egress
