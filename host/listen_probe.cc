#include "host/listen_probe.h"

#include <netdb.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "base/owned_fd.h"

namespace brood {
namespace {

std::string tryAddress(const addrinfo& address) {
  OwnedFd fd(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return ::strerror(errno);
  // As the gateway does: connections of a predecessor may still be on their way out.
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (::bind(fd.get(), address.ai_addr, address.ai_addrlen) < 0) return ::strerror(errno);
  return ::listen(fd.get(), 1) < 0 ? ::strerror(errno) : "";
}

}  // namespace

std::string whyNotListening(const std::string& host, uint16_t port) {
  if (port == 0) return "";
  std::string name = host;
  if (name.size() > 2 && name.front() == '[' && name.back() == ']') {
    name = name.substr(1, name.size() - 2);
  }
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int problem = ::getaddrinfo(name == "*" ? nullptr : name.c_str(),
                                    std::to_string(port).c_str(), &hints, &found);
  if (problem != 0) return ::gai_strerror(problem);
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> held(found, ::freeaddrinfo);
  return tryAddress(*held);
}

}  // namespace brood
