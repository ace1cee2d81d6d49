#pragma once
// Names to addresses, by c-ares on our loop.

#include <kj/async.h>

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "egress/policy/host_name.h"
#include "rpc/loop/uv_event_port.h"

struct ares_channeldata;
struct ares_addrinfo;

namespace brood::egress {

struct Lookup {
  std::vector<IpAddress> addresses;
  // Why there are none.
  std::string problem;
};

// Asks name servers, and nothing else: no hosts file, no search list, no local names. A name is
// looked up as it is, and all of its addresses are answered. Nothing is kept: name servers have
// caches.
class Resolver {
 public:
  // Reads resolv.conf, once. The port is borrowed.
  explicit Resolver(UvEventPort& port);
  ~Resolver() noexcept(false);
  KJ_DISALLOW_COPY(Resolver);

  // "192.0.2.1:53"; none: those of resolv.conf. Throws if one is no address.
  void useServers(const std::vector<std::string>& servers);

  // Cancelling it only forgets the answer.
  kj::Promise<Lookup> lookUp(const HostName& name);

 private:
  struct Query;
  struct Socket;

  void noteSocketState(int fd, bool isReadable, bool isWritable) noexcept;
  void watch(int fd, Socket& socket);
  void noteReady(int readFd, int writeFd);
  void processReady();
  void armTimer();

  UvEventPort& port_;
  std::string ownServers_, servers_;
  ares_channeldata* channel_;
  std::map<int, kj::Own<Socket>> sockets_;
  // Sockets that c-ares is still to be told of. It is called from a task of its own, never from a
  // promise of a socket's: it may close that socket.
  std::vector<std::pair<int, int>> ready_;
  bool isProcessing_ = false;
  kj::Promise<void> processing_ = nullptr;
  kj::Promise<void> timer_ = nullptr;
  size_t pending_ = 0;
};

}  // namespace brood::egress
