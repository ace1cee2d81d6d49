#include "supervisor/sandboxes/worker_channel.h"

#include <errno.h>
#include <kj/debug.h>
#include <sys/socket.h>

#include <cstring>

#include "rpc/wire/fd_passing.h"
#include "supervisor/sandboxes/write_all.h"

namespace brood::supervisor {

WorkerChannel::WorkerChannel(UvEventPort& port, OwnedFd fd)
    : fd_(kj::mv(fd)),
      frames_(fd_.get()),
      observer_(port, fd_.get(), UvFdObserver::Interest::readWrite) {}

kj::Promise<kj::Maybe<WorkerFrame>> WorkerChannel::readFrame() {
  auto frame = frames_.tryRead();
  if (frame != nullptr || frames_.hasEnded() || frames_.hasResultToTake()) return kj::mv(frame);
  return observer_.whenReadable().then([this]() { return readFrame(); });
}

void WorkerChannel::acknowledgeResult() noexcept {
  // A worker that has left more of them unread than there is room for does not wait for this one.
  [[maybe_unused]] ssize_t count = ::send(fd_.get(), "", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void WorkerChannel::sendHeader(uint32_t byteLength) noexcept {
  WorkerJobHeader header;
  header.byteLength = byteLength;
  // The job finds out about a worker that is not there to hear it.
  [[maybe_unused]] ssize_t count =
      ::send(fd_.get(), &header, sizeof(header), MSG_NOSIGNAL | MSG_DONTWAIT);
}

kj::Promise<void> WorkerChannel::send(EncodedJob job) {
  auto held = kj::heap(kj::mv(job));
  auto bytes = held->bytes.asPtr().asConst();
  if (held->content) {
    // A parked worker has read all that was sent, so there is room.
    const ssize_t count = sendBytesWithFd(fd_.get(), bytes, held->content.get());
    if (count < 0) return KJ_EXCEPTION(DISCONNECTED, "worker is gone", strerror(errno));
    bytes = bytes.slice(static_cast<size_t>(count), bytes.size());
  }
  return writeAll(fd_.get(), observer_, bytes).attach(kj::mv(held));
}

kj::Promise<size_t> WorkerChannel::readSome(kj::ArrayPtr<kj::byte> buffer) {
  ssize_t count;
  do {
    count = ::recv(fd_.get(), buffer.begin(), buffer.size(), MSG_DONTWAIT);
  } while (count < 0 && errno == EINTR);
  if (count >= 0) return static_cast<size_t>(count);
  if (errno != EAGAIN) return size_t{0};
  return observer_.whenReadable().then([this, buffer]() { return readSome(buffer); });
}

kj::Promise<void> WorkerChannel::send(kj::Array<kj::byte> bytes) {
  auto borrowed = bytes.asPtr().asConst();
  return writeAll(fd_.get(), observer_, borrowed).attach(kj::mv(bytes));
}

}  // namespace brood::supervisor
