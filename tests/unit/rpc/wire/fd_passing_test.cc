#include "rpc/wire/fd_passing.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <kj/exception.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/rpc/open_fds.h"

namespace brood {
namespace {

using FdPassing = FdLeakTest;
using Kind = ReceiveOutcome::Kind;

kj::ArrayPtr<const kj::byte> bytesOf(kj::StringPtr text) { return text.asBytes(); }

void setNonBlocking(int fd) { KJ_SYSCALL(fcntl(fd, F_SETFL, O_NONBLOCK)); }

// As a careless or hostile peer would: none of sendMessage()'s own checks.
void sendUnchecked(int socketFd, size_t byteCount, size_t fdCount) {
  auto bytes = kj::heapArray<kj::byte>(byteCount);
  memset(bytes.begin(), 7, byteCount);
  auto control = kj::heapArray<char>(CMSG_SPACE(fdCount * sizeof(int)));
  memset(control.begin(), 0, control.size());
  iovec piece{bytes.begin(), bytes.size()};
  msghdr header{};
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  if (fdCount > 0) {
    header.msg_control = control.begin();
    header.msg_controllen = control.size();
    cmsghdr* const part = CMSG_FIRSTHDR(&header);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(fdCount * sizeof(int));
    for (size_t i = 0; i < fdCount; ++i) {
      memcpy(CMSG_DATA(part) + i * sizeof(int), &socketFd, sizeof(int));
    }
  }
  KJ_SYSCALL(::sendmsg(socketFd, &header, MSG_NOSIGNAL));
}

TEST_F(FdPassing, CarriesBytesAndDescriptors) {
  auto [left, right] = newSeqpacketPair();
  auto [readEnd, writeEnd] = newPipe();
  const int fds[] = {readEnd.get(), writeEnd.get()};
  ASSERT_TRUE(sendMessage(left.get(), bytesOf("hello"), fds));

  ReceiveOutcome outcome = receiveMessage(right.get());
  ASSERT_EQ(outcome.kind, Kind::message);
  EXPECT_EQ(outcome.message.bytes.asPtr(), bytesOf("hello"));
  ASSERT_EQ(outcome.message.fds.size(), 2u);

  // Not the numbers but the pipe itself came over, close-on-exec.
  KJ_SYSCALL(::write(outcome.message.fds[1].get(), "p", 1));
  char received = 0;
  KJ_SYSCALL(::read(readEnd.get(), &received, 1));
  EXPECT_EQ(received, 'p');
  for (OwnedFd& fd : outcome.message.fds) {
    EXPECT_EQ(fcntl(fd.get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
  }
}

TEST_F(FdPassing, KeepsMessagesApart) {
  auto [left, right] = newSeqpacketPair();
  ASSERT_TRUE(sendMessage(left.get(), bytesOf("one")));
  ASSERT_TRUE(sendMessage(left.get(), bytesOf("two")));
  EXPECT_EQ(receiveMessage(right.get()).message.bytes.asPtr(), bytesOf("one"));
  EXPECT_EQ(receiveMessage(right.get()).message.bytes.asPtr(), bytesOf("two"));
}

TEST_F(FdPassing, CarriesTheLargestMessage) {
  auto [left, right] = newSeqpacketPair();
  auto bytes = kj::heapArray<kj::byte>(kMaxControlMessageBytes);
  memset(bytes.begin(), 5, bytes.size());
  int fds[kMaxPassedFds];
  for (int& fd : fds) fd = left.get();
  ASSERT_TRUE(sendMessage(left.get(), bytes, fds));
  ReceiveOutcome outcome = receiveMessage(right.get());
  EXPECT_EQ(outcome.message.bytes.asPtr(), bytes.asPtr());
  EXPECT_EQ(outcome.message.fds.size(), kMaxPassedFds);
}

TEST_F(FdPassing, RefusesToSendWhatTheOtherEndWouldRefuse) {
  auto [left, right] = newSeqpacketPair();
  int fds[kMaxPassedFds + 1];
  for (int& fd : fds) fd = left.get();
  EXPECT_THROW(sendMessage(left.get(), bytesOf("x"), fds), kj::Exception);
  auto tooLong = kj::heapArray<kj::byte>(kMaxControlMessageBytes + 1);
  EXPECT_THROW(sendMessage(left.get(), tooLong), kj::Exception);
  EXPECT_THROW(sendMessage(left.get(), nullptr), kj::Exception);
}

TEST_F(FdPassing, ClosesDescriptorsOfAMessageWithTooMany) {
  auto [left, right] = newSeqpacketPair();
  const long before = openFdCount();
  sendUnchecked(left.get(), 1, kMaxPassedFds + 1);
  EXPECT_THROW(receiveMessage(right.get()), kj::Exception);
  EXPECT_EQ(openFdCount(), before);
}

TEST_F(FdPassing, ClosesDescriptorsOfATruncatedMessage) {
  auto [left, right] = newSeqpacketPair();
  const long before = openFdCount();
  sendUnchecked(left.get(), kMaxControlMessageBytes + 1, 3);
  EXPECT_THROW(receiveMessage(right.get()), kj::Exception);
  EXPECT_EQ(openFdCount(), before);
  // The socket is still good.
  ASSERT_TRUE(sendMessage(left.get(), bytesOf("next")));
  EXPECT_EQ(receiveMessage(right.get()).message.bytes.asPtr(), bytesOf("next"));
}

TEST_F(FdPassing, TellsEndOfFile) {
  auto [left, right] = newSeqpacketPair();
  ASSERT_TRUE(sendMessage(left.get(), bytesOf("last")));
  left.reset();
  EXPECT_EQ(receiveMessage(right.get()).kind, Kind::message);
  EXPECT_EQ(receiveMessage(right.get()).kind, Kind::endOfFile);
}

TEST_F(FdPassing, TellsEndOfFileWhenThePeerLeftMailUnread) {
  auto [left, right] = newSeqpacketPair();
  ASSERT_TRUE(sendMessage(right.get(), bytesOf("never read")));
  left.reset();
  EXPECT_EQ(receiveMessage(right.get()).kind, Kind::endOfFile);
}

TEST_F(FdPassing, TellsWhenItWouldBlock) {
  auto [left, right] = newSeqpacketPair();
  setNonBlocking(left.get());
  setNonBlocking(right.get());
  EXPECT_EQ(receiveMessage(right.get()).kind, Kind::wouldBlock);

  auto bytes = kj::heapArray<kj::byte>(kMaxControlMessageBytes);
  memset(bytes.begin(), 0, bytes.size());
  size_t sent = 0;
  while (sendMessage(left.get(), bytes)) ++sent;
  EXPECT_GT(sent, 0u);
  for (size_t i = 0; i < sent; ++i) {
    EXPECT_EQ(receiveMessage(right.get()).kind, Kind::message);
  }
  EXPECT_EQ(receiveMessage(right.get()).kind, Kind::wouldBlock);
}

TEST_F(FdPassing, ThrowsInsteadOfSigpipe) {
  auto [left, right] = newSeqpacketPair();
  right.reset();
  EXPECT_THROW(sendMessage(left.get(), bytesOf("x")), kj::Exception);
}

TEST_F(FdPassing, MakesCloseOnExecDescriptors) {
  auto stream = newStreamPair();
  auto packets = newSeqpacketPair();
  auto pipe = newPipe();
  for (const auto* pair : {&stream, &packets, &pipe}) {
    EXPECT_EQ(fcntl(pair->first.get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    EXPECT_EQ(fcntl(pair->second.get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    EXPECT_EQ(fcntl(pair->first.get(), F_GETFL) & O_NONBLOCK, 0);
  }
}

TEST_F(FdPassing, OwnedFdClosesOnceAndMoves) {
  auto [readEnd, writeEnd] = newPipe();
  const int raw = readEnd.get();
  OwnedFd moved = std::move(readEnd);
  EXPECT_FALSE(readEnd);
  EXPECT_EQ(moved.get(), raw);
  OwnedFd other(moved.release());
  EXPECT_FALSE(moved);
  other = std::move(writeEnd);
  EXPECT_EQ(fcntl(raw, F_GETFD), -1);
  EXPECT_EQ(errno, EBADF);
}

}  // namespace
}  // namespace brood
