#include "rpc/loop/uv_io.h"

#include <signal.h>

#include "rpc/loop/uv_handle.h"
#include "rpc/loop/uv_stream.h"

namespace brood {

namespace {

class UvLowLevelIoProvider final : public kj::LowLevelAsyncIoProvider {
 public:
  explicit UvLowLevelIoProvider(UvEventPort& port) : port_(port) {}

  kj::Own<kj::AsyncInputStream> wrapInputFd(int fd, kj::uint flags) override {
    return newUvStream(port_, IoFd(fd, flags));
  }
  kj::Own<kj::AsyncOutputStream> wrapOutputFd(int fd, kj::uint flags) override {
    return newUvStream(port_, IoFd(fd, flags));
  }
  kj::Own<kj::AsyncIoStream> wrapSocketFd(int fd, kj::uint flags) override {
    return newUvStream(port_, IoFd(fd, flags));
  }
  kj::Promise<kj::Own<kj::AsyncIoStream>> wrapConnectingSocketFd(int fd, const sockaddr* address,
                                                                 kj::uint addressBytes,
                                                                 kj::uint flags) override {
    return connectUvStream(port_, IoFd(fd, flags), address, addressBytes);
  }
  kj::Own<kj::ConnectionReceiver> wrapListenSocketFd(int fd, NetworkFilter& filter,
                                                     kj::uint flags) override {
    return newUvConnectionReceiver(port_, IoFd(fd, flags), filter);
  }
  kj::Timer& getTimer() override { return port_.timer(); }

 private:
  UvEventPort& port_;
};

struct OwnedLoop {
  OwnedLoop() { requireUv(uv_loop_init(&loop), "uv_loop_init"); }
  ~OwnedLoop() noexcept(false) { closeUvLoop(loop); }
  KJ_DISALLOW_COPY(OwnedLoop);

  uv_loop_t loop;
};

// Sockets are written with MSG_NOSIGNAL; pipes have no such flag.
void ignoreBrokenPipeSignal() {
  struct sigaction action {};
  action.sa_handler = SIG_IGN;
  KJ_SYSCALL(sigaction(SIGPIPE, &action, nullptr));
}

}  // namespace

kj::Own<kj::LowLevelAsyncIoProvider> newUvLowLevelIoProvider(UvEventPort& port) {
  return kj::heap<UvLowLevelIoProvider>(port);
}

struct UvAsyncIo::Impl {
  Impl()
      : port(ownedLoop.loop),
        lowLevel(newUvLowLevelIoProvider(port)),
        eventLoop(port),
        waitScope(eventLoop),
        provider(kj::newAsyncIoProvider(*lowLevel)) {
    ignoreBrokenPipeSignal();
  }

  OwnedLoop ownedLoop;
  UvEventPort port;
  kj::Own<kj::LowLevelAsyncIoProvider> lowLevel;
  kj::EventLoop eventLoop;
  kj::WaitScope waitScope;
  kj::Own<kj::AsyncIoProvider> provider;
};

UvAsyncIo::UvAsyncIo() : impl_(kj::heap<Impl>()) {}
UvAsyncIo::~UvAsyncIo() noexcept(false) {}

uv_loop_t& UvAsyncIo::loop() { return impl_->ownedLoop.loop; }
UvEventPort& UvAsyncIo::port() { return impl_->port; }
kj::Timer& UvAsyncIo::timer() { return impl_->port.timer(); }
kj::LowLevelAsyncIoProvider& UvAsyncIo::lowLevel() { return *impl_->lowLevel; }
kj::AsyncIoProvider& UvAsyncIo::provider() { return *impl_->provider; }
kj::WaitScope& UvAsyncIo::waitScope() { return impl_->waitScope; }

}  // namespace brood
