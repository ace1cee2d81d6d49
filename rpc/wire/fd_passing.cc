#include "rpc/wire/fd_passing.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

namespace brood {

namespace {

using FdPair = std::pair<OwnedFd, OwnedFd>;

FdPair newSocketPair(int type) {
  int fds[2];
  KJ_SYSCALL(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds));
  return {OwnedFd(fds[0]), OwnedFd(fds[1])};
}

// Room for kMaxPassedFds descriptors and no more: the kernel closes and flags what exceeds it.
struct ControlBuffer {
  alignas(cmsghdr) char bytes[CMSG_SPACE(kMaxPassedFds * sizeof(int))];
};

void putFds(msghdr& header, ControlBuffer& control, kj::ArrayPtr<const int> fds) {
  memset(control.bytes, 0, sizeof(control.bytes));
  header.msg_control = control.bytes;
  header.msg_controllen = CMSG_SPACE(fds.size() * sizeof(int));
  cmsghdr* const part = CMSG_FIRSTHDR(&header);
  part->cmsg_level = SOL_SOCKET;
  part->cmsg_type = SCM_RIGHTS;
  part->cmsg_len = CMSG_LEN(fds.size() * sizeof(int));
  memcpy(CMSG_DATA(part), fds.begin(), fds.size() * sizeof(int));
}

kj::Vector<OwnedFd> takeFds(msghdr& header) {
  kj::Vector<OwnedFd> fds;
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int fd;
      memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof(fd));
      fds.add(OwnedFd(fd));
    }
  }
  return fds;
}

}  // namespace

FdPair newSeqpacketPair() { return newSocketPair(SOCK_SEQPACKET); }
FdPair newStreamPair() { return newSocketPair(SOCK_STREAM); }

FdPair newPipe() {
  int fds[2];
  KJ_SYSCALL(pipe2(fds, O_CLOEXEC));
  return {OwnedFd(fds[0]), OwnedFd(fds[1])};
}

bool sendMessage(int socketFd, kj::ArrayPtr<const kj::byte> bytes, kj::ArrayPtr<const int> fds) {
  // An empty packet would read as end of file at the other end.
  KJ_REQUIRE(bytes.size() > 0 && bytes.size() <= kMaxControlMessageBytes, bytes.size());
  KJ_REQUIRE(fds.size() <= kMaxPassedFds, fds.size());

  iovec piece{const_cast<kj::byte*>(bytes.begin()), bytes.size()};
  msghdr header{};
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  ControlBuffer control;
  if (fds.size() > 0) putFds(header, control, fds);

  ssize_t sentBytes;
  KJ_NONBLOCKING_SYSCALL(sentBytes = ::sendmsg(socketFd, &header, MSG_NOSIGNAL));
  if (sentBytes < 0) return false;
  KJ_REQUIRE(static_cast<size_t>(sentBytes) == bytes.size(), "message sent in part", sentBytes);
  return true;
}

ReceiveOutcome receiveMessage(int socketFd) {
  kj::byte buffer[kMaxControlMessageBytes];
  iovec piece{buffer, sizeof(buffer)};
  ControlBuffer control;
  msghdr header{};
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  header.msg_control = control.bytes;
  header.msg_controllen = sizeof(control.bytes);

  ssize_t receivedBytes;
  do {
    receivedBytes = ::recvmsg(socketFd, &header, MSG_CMSG_CLOEXEC);
  } while (receivedBytes < 0 && errno == EINTR);
  if (receivedBytes < 0) {
    const int error = errno;
    if (error == EAGAIN) return {ReceiveOutcome::Kind::wouldBlock, {}};
    // The peer closed without reading all we sent: gone is gone.
    if (error == ECONNRESET) return {ReceiveOutcome::Kind::endOfFile, {}};
    KJ_FAIL_SYSCALL("recvmsg", error);
  }

  // Owned before anything can throw.
  kj::Vector<OwnedFd> fds = takeFds(header);
  KJ_REQUIRE((header.msg_flags & MSG_TRUNC) == 0, "message longer than the protocol allows");
  KJ_REQUIRE((header.msg_flags & MSG_CTRUNC) == 0, "descriptors lost: too many, or none free here");
  if (receivedBytes == 0) return {ReceiveOutcome::Kind::endOfFile, {}};

  auto bytes = kj::heapArray<kj::byte>(buffer, receivedBytes);
  return {ReceiveOutcome::Kind::message, {kj::mv(bytes), kj::mv(fds)}};
}

ssize_t sendBytesWithFd(int streamFd, kj::ArrayPtr<const kj::byte> bytes, int fd) noexcept {
  iovec piece{const_cast<kj::byte*>(bytes.begin()), bytes.size()};
  msghdr header{};
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  ControlBuffer control;
  putFds(header, control, kj::arrayPtr(&fd, 1));
  ssize_t count;
  do {
    count = ::sendmsg(streamFd, &header, MSG_NOSIGNAL);
  } while (count < 0 && errno == EINTR);
  return count;
}

size_t receiveBytesWithFd(int streamFd, kj::ArrayPtr<kj::byte> buffer, OwnedFd& fd) {
  iovec piece{buffer.begin(), buffer.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  msghdr header{};
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof(control);
  ssize_t count;
  KJ_SYSCALL(count = ::recvmsg(streamFd, &header, MSG_CMSG_CLOEXEC));
  kj::Vector<OwnedFd> fds = takeFds(header);
  KJ_REQUIRE((header.msg_flags & MSG_CTRUNC) == 0, "more descriptors than the protocol allows");
  if (fds.size() > 0) fd = kj::mv(fds[0]);
  return static_cast<size_t>(count);
}

}  // namespace brood
