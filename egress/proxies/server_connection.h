#pragma once
// A connection to a server that may serve more than one request.

#include <string>

#include "egress/network/buffered_stream.h"
#include "egress/proxies/reach.h"

namespace brood::egress {

class ServerConnection {
 public:
  // `key` says for whom it may be used again: "host:port" or an alias. `socketFd` is borrowed and
  // as old as `stream`.
  ServerConnection(std::string key, kj::Own<kj::AsyncIoStream> stream, int socketFd, HostUse& use,
                   ApprovedTarget target, size_t bufferBytes)
      : buffered(kj::mv(stream), bufferBytes),
        use(use),
        target(std::move(target)),
        key_(std::move(key)),
        socketFd_(socketFd) {}
  KJ_DISALLOW_COPY(ServerConnection);

  BufferedStream buffered;
  HostUse& use;
  const ApprovedTarget target;

  // For the same, and neither closed by the server nor with bytes that nobody has asked for.
  bool isGoodFor(const std::string& key) const;

 private:
  const std::string key_;
  const int socketFd_;
};

}  // namespace brood::egress
