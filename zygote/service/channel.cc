#include "zygote/service/channel.h"

#include <errno.h>
#include <kj/debug.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace brood::zygote {

bool sendAll(int channelFd, kj::ArrayPtr<const kj::byte> bytes) noexcept {
  while (bytes.size() > 0) {
    const ssize_t count = ::send(channelFd, bytes.begin(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes = bytes.slice(static_cast<size_t>(count), bytes.size());
  }
  return true;
}

void sendWorkerFrame(int channelFd, const WorkerFrame& frame) noexcept {
  sendAll(channelFd, kj::arrayPtr(reinterpret_cast<const kj::byte*>(&frame), sizeof(frame)));
}

void settleOwnCpuTime() noexcept {
  timespec ignored;
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ignored);
}

ChannelReader::ChannelReader(int channelFd, kj::ArrayPtr<const kj::byte> begun)
    : channelFd_(channelFd), begun_(kj::heapArray<kj::byte>(begun)) {}

bool ChannelReader::await() const {
  if (taken_ < begun_.size()) return true;
  pollfd watched{channelFd_, POLLIN, 0};
  return ::poll(&watched, 1, -1) > 0 || errno != EINTR;
}

bool ChannelReader::read(kj::ArrayPtr<kj::byte> buffer) {
  size_t done = std::min(buffer.size(), begun_.size() - taken_);
  if (done > 0) std::memcpy(buffer.begin(), begun_.begin() + taken_, done);
  taken_ += done;
  while (done < buffer.size()) {
    const ssize_t count = ::read(channelFd_, buffer.begin() + done, buffer.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) KJ_FAIL_SYSCALL("read", errno, "the channel");
    if (count == 0) {
      KJ_REQUIRE(done == 0, "the channel ended within a message");
      return false;
    }
    done += static_cast<size_t>(count);
  }
  return true;
}

}  // namespace brood::zygote
