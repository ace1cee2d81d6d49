#include <errno.h>
#include <kj/debug.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "rpc/loop/uv_stream.h"

namespace brood {

namespace {

// The kernel does not tell when a descriptor is free again.
constexpr kj::Duration kAcceptRetryDelay = 100 * kj::MILLISECONDS;

class UvConnectionReceiver final : public kj::ConnectionReceiver {
 public:
  UvConnectionReceiver(UvEventPort& port, IoFd fd,
                       kj::LowLevelAsyncIoProvider::NetworkFilter& filter)
      : port_(port),
        fd_(kj::mv(fd)),
        filter_(filter),
        observer_(port, fd_.get(), UvFdObserver::Interest::read) {}

  kj::Promise<kj::Own<kj::AsyncIoStream>> accept() override {
    return kj::evalNow([this]() { return acceptNow(); });
  }
  kj::uint getPort() override;

  void getsockopt(int level, int option, void* value, kj::uint* length) override {
    KJ_SYSCALL(::getsockopt(fd_.get(), level, option, value, length));
  }
  void setsockopt(int level, int option, const void* value, kj::uint length) override {
    KJ_SYSCALL(::setsockopt(fd_.get(), level, option, value, length));
  }
  void getsockname(sockaddr* address, kj::uint* length) override {
    KJ_SYSCALL(::getsockname(fd_.get(), address, length));
  }

 private:
  kj::Promise<kj::Own<kj::AsyncIoStream>> acceptNow();
  kj::Promise<kj::Own<kj::AsyncIoStream>> acceptAfter(kj::Promise<void> ready) {
    return ready.then([this]() { return acceptNow(); });
  }

  UvEventPort& port_;
  IoFd fd_;
  kj::LowLevelAsyncIoProvider::NetworkFilter& filter_;
  UvFdObserver observer_;
};

kj::Promise<kj::Own<kj::AsyncIoStream>> UvConnectionReceiver::acceptNow() {
  using Provider = kj::LowLevelAsyncIoProvider;
  while (true) {
    sockaddr_storage peer{};
    socklen_t peerBytes = sizeof(peer);
    auto* const peerAddress = reinterpret_cast<sockaddr*>(&peer);
    const int fd = ::accept4(fd_.get(), peerAddress, &peerBytes, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      IoFd connection(
          fd, Provider::TAKE_OWNERSHIP | Provider::ALREADY_CLOEXEC | Provider::ALREADY_NONBLOCK);
      if (!filter_.shouldAllow(peerAddress, peerBytes)) continue;
      disableNagle(fd, peer.ss_family);
      return newUvStream(port_, kj::mv(connection));
    }
    const int error = errno;
    switch (error) {
      case EAGAIN:
        return acceptAfter(observer_.whenReadable());
      // Errors of one connection before we took it (accept(2)): on to the next.
      case EINTR:
      case ECONNABORTED:
      case EPROTO:
      case ENETDOWN:
      case ENETUNREACH:
      case EHOSTDOWN:
      case EHOSTUNREACH:
      case ENONET:
      case ENOPROTOOPT:
      case ETIMEDOUT:
        break;
      // The listener stays readable, so waiting on it would spin.
      case EMFILE:
      case ENFILE:
      case ENOBUFS:
      case ENOMEM:
        return acceptAfter(port_.timer().afterDelay(kAcceptRetryDelay));
      default:
        KJ_FAIL_SYSCALL("accept4", error);
    }
  }
}

kj::uint UvConnectionReceiver::getPort() {
  sockaddr_storage address{};
  socklen_t length = sizeof(address);
  KJ_SYSCALL(::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &length));
  switch (address.ss_family) {
    case AF_INET:
      return ntohs(reinterpret_cast<sockaddr_in&>(address).sin_port);
    case AF_INET6:
      return ntohs(reinterpret_cast<sockaddr_in6&>(address).sin6_port);
    default:
      return 0;
  }
}

}  // namespace

kj::Own<kj::ConnectionReceiver> newUvConnectionReceiver(
    UvEventPort& port, IoFd fd, kj::LowLevelAsyncIoProvider::NetworkFilter& filter) {
  return kj::heap<UvConnectionReceiver>(port, kj::mv(fd), filter);
}

}  // namespace brood
