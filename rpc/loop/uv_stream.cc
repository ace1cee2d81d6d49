#include "rpc/loop/uv_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstring>

namespace brood {

namespace {

using Bytes = kj::ArrayPtr<const kj::byte>;
using Pieces = kj::ArrayPtr<const Bytes>;

// Pieces per system call; a longer list takes several. On the stack, hence far below IOV_MAX.
constexpr size_t kMaxPiecesPerCall = 64;

// RPC asks for eight bytes, which say how many follow, and then for these. Both are there by then.
constexpr size_t kReadAheadBytes = 8 * 1024;

class UvStream final : public kj::AsyncIoStream {
 public:
  UvStream(UvEventPort& port, IoFd fd) : port_(port), fd_(kj::mv(fd)), isSocket_(fd_.isSocket()) {}

  // Failures of the first system call come as rejected promises too, like all later ones.
  kj::Promise<size_t> tryRead(void* buffer, size_t minBytes, size_t maxBytes) override {
    return kj::evalNow(
        [&]() { return readMore(static_cast<kj::byte*>(buffer), minBytes, maxBytes, 0); });
  }
  kj::Promise<void> write(const void* buffer, size_t size) override {
    return kj::evalNow([&]() {
      return writeMore(kj::arrayPtr(static_cast<const kj::byte*>(buffer), size), nullptr);
    });
  }
  kj::Promise<void> write(Pieces pieces) override {
    return kj::evalNow([&]() { return writeMore(nullptr, pieces); });
  }

  kj::Promise<void> whenWriteDisconnected() override;

  void shutdownWrite() override { KJ_SYSCALL(::shutdown(fd_.get(), SHUT_WR)); }
  void abortRead() override { KJ_SYSCALL(::shutdown(fd_.get(), SHUT_RD)); }

  void getsockopt(int level, int option, void* value, kj::uint* length) override {
    KJ_SYSCALL(::getsockopt(fd_.get(), level, option, value, length));
  }
  void setsockopt(int level, int option, const void* value, kj::uint length) override {
    KJ_SYSCALL(::setsockopt(fd_.get(), level, option, value, length));
  }
  void getsockname(sockaddr* address, kj::uint* length) override {
    KJ_SYSCALL(::getsockname(fd_.get(), address, length));
  }
  void getpeername(sockaddr* address, kj::uint* length) override {
    KJ_SYSCALL(::getpeername(fd_.get(), address, length));
  }
  kj::Maybe<int> getFd() const override { return fd_.get(); }

  kj::Promise<void> finishConnecting();

 private:
  UvFdObserver& observer();
  kj::Promise<size_t> readMore(kj::byte* buffer, size_t minBytes, size_t maxBytes,
                               size_t alreadyRead);
  // As read(2), of what has been read ahead first. -1 if there is nothing yet.
  ssize_t readSome(kj::byte* buffer, size_t maxBytes);
  kj::Promise<void> writeMore(Bytes first, Pieces rest);
  // Bytes taken by the kernel, or -1 if it would have blocked.
  ssize_t writeSome(iovec* pieces, size_t count);

  UvEventPort& port_;
  IoFd fd_;
  const bool isSocket_;
  // After the descriptor: libuv lets go of it before it is closed.
  kj::Maybe<kj::Own<UvFdObserver>> observer_;
  kj::Maybe<kj::ForkedPromise<void>> disconnected_;
  kj::Array<kj::byte> ahead_;  // Made when it is needed.
  // The part that has been read and not been asked for yet.
  kj::ArrayPtr<const kj::byte> unclaimed_;
  bool isDrained_ = false;  // By the last read: the next one would find nothing.
};

UvFdObserver& UvStream::observer() {
  KJ_IF_MAYBE (existing, observer_) return **existing;
  auto created = kj::heap<UvFdObserver>(port_, fd_.get(), UvFdObserver::Interest::readWrite);
  UvFdObserver& result = *created;
  observer_ = kj::mv(created);
  return result;
}

kj::Promise<size_t> UvStream::readMore(kj::byte* buffer, size_t minBytes, size_t maxBytes,
                                       size_t alreadyRead) {
  while (true) {
    const ssize_t n = readSome(buffer, maxBytes);
    if (n < 0) {
      return observer().whenReadable().then([this, buffer, minBytes, maxBytes, alreadyRead]() {
        return readMore(buffer, minBytes, maxBytes, alreadyRead);
      });
    }
    const size_t bytesRead = static_cast<size_t>(n);
    alreadyRead += bytesRead;
    if (bytesRead == 0 || bytesRead >= minBytes) return alreadyRead;
    buffer += bytesRead;
    minBytes -= bytesRead;
    maxBytes -= bytesRead;
  }
}

ssize_t UvStream::readSome(kj::byte* buffer, size_t maxBytes) {
  if (unclaimed_.size() == 0) {
    if (isDrained_) {
      isDrained_ = false;
      return -1;
    }
    const bool readsAhead = isSocket_ && maxBytes < kReadAheadBytes;
    if (readsAhead && ahead_.size() == 0) ahead_ = kj::heapArray<kj::byte>(kReadAheadBytes);
    auto target = readsAhead ? ahead_.asPtr() : kj::arrayPtr(buffer, maxBytes);
    ssize_t n;
    KJ_NONBLOCKING_SYSCALL(n = ::read(fd_.get(), target.begin(), target.size()));
    // Later bytes, and the end, wake the reader.
    isDrained_ = isSocket_ && n > 0 && static_cast<size_t>(n) < target.size();
    if (n <= 0 || !readsAhead) return n;
    unclaimed_ = target.slice(0, static_cast<size_t>(n));
  }
  const size_t count = kj::min(unclaimed_.size(), maxBytes);
  std::memcpy(buffer, unclaimed_.begin(), count);
  unclaimed_ = unclaimed_.slice(count, unclaimed_.size());
  return static_cast<ssize_t>(count);
}

ssize_t UvStream::writeSome(iovec* pieces, size_t count) {
  ssize_t n;
  if (isSocket_) {
    // A peer that is gone is an exception, not SIGPIPE.
    msghdr header{};
    header.msg_iov = pieces;
    header.msg_iovlen = count;
    KJ_NONBLOCKING_SYSCALL(n = ::sendmsg(fd_.get(), &header, MSG_NOSIGNAL));
  } else {
    KJ_NONBLOCKING_SYSCALL(n = ::writev(fd_.get(), pieces, static_cast<int>(count)));
  }
  return n;
}

kj::Promise<void> UvStream::writeMore(Bytes first, Pieces rest) {
  while (true) {
    while (first.size() == 0 && rest.size() > 0) {
      first = rest.front();
      rest = rest.slice(1, rest.size());
    }
    if (first.size() == 0) return kj::READY_NOW;

    iovec batch[kMaxPiecesPerCall];
    size_t count = 0;
    batch[count++] = {const_cast<kj::byte*>(first.begin()), first.size()};
    for (const Bytes& piece : rest) {
      if (count == kMaxPiecesPerCall) break;
      batch[count++] = {const_cast<kj::byte*>(piece.begin()), piece.size()};
    }

    const ssize_t n = writeSome(batch, count);
    if (n < 0) {
      return observer().whenWritable().then(
          [this, first, rest]() { return writeMore(first, rest); });
    }
    size_t taken = static_cast<size_t>(n);
    while (taken > first.size()) {
      taken -= first.size();
      first = rest.front();
      rest = rest.slice(1, rest.size());
    }
    first = first.slice(taken, first.size());
  }
}

// KJ allows any number of callers here, the observer one.
kj::Promise<void> UvStream::whenWriteDisconnected() {
  KJ_IF_MAYBE (shared, disconnected_) return shared->addBranch();
  auto shared = observer().whenDisconnected().fork();
  auto branch = shared.addBranch();
  disconnected_ = kj::mv(shared);
  return branch;
}

kj::Promise<void> UvStream::finishConnecting() {
  return observer().whenWritable().then([this]() {
    int error = 0;
    kj::uint length = sizeof(error);
    getsockopt(SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) KJ_FAIL_SYSCALL("connect", error);
  });
}

// The kernel does not tell when a full backlog has room again.
constexpr kj::Duration kConnectRetryDelay = 5 * kj::MILLISECONDS;

kj::Promise<void> connectOnce(UvEventPort& port, UvStream& stream, int fd,
                              kj::ArrayPtr<const kj::byte> address) {
  if (::connect(fd, reinterpret_cast<const sockaddr*>(address.begin()),
                static_cast<socklen_t>(address.size())) == 0) {
    return kj::READY_NOW;
  }
  const int error = errno;
  if (error == EINPROGRESS || error == EINTR) return stream.finishConnecting();
  // Only Unix sockets answer so: the listener's backlog is full.
  if (error == EAGAIN) {
    return port.timer().afterDelay(kConnectRetryDelay).then([&port, &stream, fd, address]() {
      return connectOnce(port, stream, fd, address);
    });
  }
  KJ_FAIL_SYSCALL("connect", error);
}

}  // namespace

IoFd::IoFd(int fd, kj::uint flags) : fd_(fd) {
  using Provider = kj::LowLevelAsyncIoProvider;
  if ((flags & Provider::TAKE_OWNERSHIP) != 0) {
    owned_ = OwnedFd(fd);
    if ((flags & Provider::ALREADY_CLOEXEC) == 0) {
      KJ_SYSCALL(::fcntl(fd, F_SETFD, FD_CLOEXEC));
    }
  }
  if ((flags & Provider::ALREADY_NONBLOCK) == 0) {
    int fileFlags;
    KJ_SYSCALL(fileFlags = ::fcntl(fd, F_GETFL));
    KJ_SYSCALL(::fcntl(fd, F_SETFL, fileFlags | O_NONBLOCK));
  }
}

bool IoFd::isSocket() const {
  struct stat info;
  KJ_SYSCALL(::fstat(fd_, &info));
  return S_ISSOCK(info.st_mode);
}

void disableNagle(int fd, int family) {
  if (family != AF_INET && family != AF_INET6) return;
  const int on = 1;
  KJ_SYSCALL(::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)));
}

kj::Own<kj::AsyncIoStream> newUvStream(UvEventPort& port, IoFd fd) {
  return kj::heap<UvStream>(port, kj::mv(fd));
}

kj::Promise<kj::Own<kj::AsyncIoStream>> connectUvStream(UvEventPort& port, IoFd fd,
                                                        const sockaddr* address,
                                                        kj::uint addressBytes) {
  return kj::evalNow([&]() -> kj::Promise<kj::Own<kj::AsyncIoStream>> {
    const int rawFd = fd.get();
    disableNagle(rawFd, address->sa_family);
    auto stream = kj::heap<UvStream>(port, kj::mv(fd));
    auto kept = kj::heapArray(reinterpret_cast<const kj::byte*>(address), addressBytes);
    auto connected = connectOnce(port, *stream, rawFd, kept);
    return connected.attach(kj::mv(kept))
        .then([stream = kj::mv(stream)]() mutable -> kj::Own<kj::AsyncIoStream> {
          return kj::mv(stream);
        });
  });
}

}  // namespace brood
