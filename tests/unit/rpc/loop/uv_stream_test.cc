#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <cstring>
#include <thread>

#include "rpc/wire/fd_passing.h"
#include "tests/unit/rpc/loop/uv_test.h"

namespace brood {
namespace {

using Provider = kj::LowLevelAsyncIoProvider;
using Stream = UvTest;
using Type = kj::Exception::Type;

constexpr kj::uint kTake = Provider::TAKE_OWNERSHIP;

struct StreamPair {
  explicit StreamPair(UvAsyncIo& io) {
    auto [leftFd, rightFd] = newStreamPair();
    left = io.lowLevel().wrapSocketFd(leftFd.release(), kTake);
    right = io.lowLevel().wrapSocketFd(rightFd.release(), kTake);
  }
  kj::Own<kj::AsyncIoStream> left;
  kj::Own<kj::AsyncIoStream> right;
};

void expectDisconnected(kj::Promise<void> promise, kj::WaitScope& waitScope) {
  EXPECT_TRUE(KJ_REQUIRE_NONNULL(failureOf(kj::mv(promise), waitScope), "did not fail") ==
              Type::DISCONNECTED);
}

TEST_F(Stream, ReadsAtLeastTheMinimumAcrossWrites) {
  UvAsyncIo io;
  StreamPair pair(io);
  char buffer[16] = {};
  auto read = pair.right->tryRead(buffer, 5, sizeof(buffer));
  pair.left->write("ab", 2).wait(io.waitScope());
  EXPECT_FALSE(read.poll(io.waitScope()));
  pair.left->write("cdef", 4).wait(io.waitScope());
  EXPECT_EQ(read.wait(io.waitScope()), 6u);
  EXPECT_STREQ(buffer, "abcdef");
}

TEST_F(Stream, ReadsShortAtEndOfFile) {
  UvAsyncIo io;
  StreamPair pair(io);
  char buffer[16];
  pair.left->write("abc", 3).wait(io.waitScope());
  pair.left->shutdownWrite();
  EXPECT_EQ(pair.right->tryRead(buffer, 10, 16).wait(io.waitScope()), 3u);
  EXPECT_EQ(pair.right->tryRead(buffer, 1, 16).wait(io.waitScope()), 0u);
  // Only one direction is shut.
  pair.right->write("back", 4).wait(io.waitScope());
  EXPECT_EQ(pair.left->tryRead(buffer, 4, 16).wait(io.waitScope()), 4u);
}

// Bytes that have been read ahead are there for the next read, whatever the other end does
// meanwhile.
TEST_F(Stream, ServesManySmallReadsOfOneWrite) {
  UvAsyncIo io;
  StreamPair pair(io);
  const auto whole = patternBytes(30'000);
  pair.left->write(whole.begin(), whole.size()).wait(io.waitScope());
  kj::byte first[8];
  EXPECT_EQ(pair.right->tryRead(first, 8, 8).wait(io.waitScope()), 8u);
  pair.left->write("later", 5).wait(io.waitScope());
  pair.left = nullptr;
  kj::Vector<kj::byte> got;
  got.addAll(kj::arrayPtr(first, 8));
  for (size_t size = 1;; size = size * 7 % 5003 + 1) {
    auto piece = kj::heapArray<kj::byte>(size);
    const size_t count = pair.right->tryRead(piece.begin(), 1, size).wait(io.waitScope());
    got.addAll(piece.slice(0, count));
    if (count == 0) break;
  }
  EXPECT_TRUE(got.asPtr().slice(0, whole.size()) == whole);
  EXPECT_EQ(kj::str(got.asPtr().slice(whole.size(), got.size()).asChars()), "later");
}

TEST_F(Stream, WritesManyPiecesInOrder) {
  UvAsyncIo io;
  StreamPair pair(io);
  const auto whole = patternBytes(3 * 1024 * 1024);
  kj::Vector<kj::ArrayPtr<const kj::byte>> pieces;
  for (size_t at = 0, i = 0; at < whole.size(); ++i) {
    const size_t size = kj::min(i * 37 % 20011, whole.size() - at);  // Some of them empty.
    pieces.add(whole.slice(at, at + size));
    at += size;
  }
  auto written = pair.left->write(pieces.asPtr()).then([&]() { pair.left->shutdownWrite(); });
  auto received = pair.right->readAllBytes();
  written.wait(io.waitScope());
  EXPECT_TRUE(received.wait(io.waitScope()) == whole);
}

TEST_F(Stream, WritesNothingAtOnce) {
  UvAsyncIo io;
  StreamPair pair(io);
  pair.left->write(nullptr, 0).wait(io.waitScope());
  const kj::ArrayPtr<const kj::byte> empties[3] = {};
  pair.left->write(kj::arrayPtr(empties, 3)).wait(io.waitScope());
  pair.left->write(kj::ArrayPtr<const kj::ArrayPtr<const kj::byte>>()).wait(io.waitScope());
}

TEST_F(Stream, CarriesBothDirectionsAtOnce) {
  UvAsyncIo io;
  StreamPair pair(io);
  const auto there = patternBytes(4 * 1024 * 1024, 1);
  const auto back = patternBytes(4 * 1024 * 1024, 2);
  auto gotThere = kj::heapArray<kj::byte>(there.size());
  auto gotBack = kj::heapArray<kj::byte>(back.size());
  auto all = kj::heapArrayBuilder<kj::Promise<void>>(4);
  all.add(pair.left->write(there.begin(), there.size()));
  all.add(pair.right->write(back.begin(), back.size()));
  all.add(pair.right->read(gotThere.begin(), gotThere.size()));
  all.add(pair.left->read(gotBack.begin(), gotBack.size()));
  kj::joinPromises(all.finish()).wait(io.waitScope());
  EXPECT_TRUE(gotThere == there);
  EXPECT_TRUE(gotBack == back);
}

TEST_F(Stream, WriteToAVanishedPeerIsDisconnected) {
  UvAsyncIo io;
  StreamPair pair(io);
  pair.right = nullptr;
  expectDisconnected(pair.left->write("x", 1), io.waitScope());
}

TEST_F(Stream, BlockedWriteFailsWhenThePeerVanishes) {
  UvAsyncIo io;
  StreamPair pair(io);
  const auto much = patternBytes(8 * 1024 * 1024);
  auto written = pair.left->write(much.begin(), much.size());
  EXPECT_FALSE(written.poll(io.waitScope()));
  pair.right = nullptr;
  expectDisconnected(kj::mv(written), io.waitScope());
}

TEST_F(Stream, TellsEveryoneWhoAskedThatThePeerIsGone) {
  UvAsyncIo io;
  StreamPair pair(io);
  auto first = pair.left->whenWriteDisconnected();
  auto second = pair.left->whenWriteDisconnected();
  char buffer[4];
  auto read = pair.left->tryRead(buffer, 1, sizeof(buffer));
  pair.right->write("x", 1).wait(io.waitScope());
  EXPECT_EQ(read.wait(io.waitScope()), 1u);
  EXPECT_FALSE(first.poll(io.waitScope()));
  pair.right = nullptr;
  first.wait(io.waitScope());
  second.wait(io.waitScope());
  pair.left->whenWriteDisconnected().wait(io.waitScope());
}

// A client that is gone must be seen although its last bytes were never read, and without spinning.
TEST_F(Stream, TellsThatThePeerIsGoneBehindUnreadBytes) {
  UvAsyncIo io;
  StreamPair pair(io);
  auto gone = pair.left->whenWriteDisconnected();
  pair.right->write("unread", 6).wait(io.waitScope());
  EXPECT_FALSE(gone.poll(io.waitScope()));
  pair.right = nullptr;
  gone.wait(io.waitScope());
  TurnCounter counter(io.loop());
  io.timer().afterDelay(20 * kj::MILLISECONDS).wait(io.waitScope());
  EXPECT_LT(counter.turns(), 10);
}

TEST_F(Stream, AbandonedReadLeavesTheBytesToTheNext) {
  UvAsyncIo io;
  StreamPair pair(io);
  char buffer[8] = {};
  {
    auto abandoned = pair.right->tryRead(buffer, 1, sizeof(buffer));
    EXPECT_FALSE(abandoned.poll(io.waitScope()));
  }
  pair.left->write("kept", 4).wait(io.waitScope());
  EXPECT_EQ(pair.right->tryRead(buffer, 1, sizeof(buffer)).wait(io.waitScope()), 4u);
}

TEST_F(Stream, PipeWithoutAReaderIsDisconnectedNotSigpipe) {
  UvAsyncIo io;
  auto [readEnd, writeEnd] = newPipe();
  auto output = io.lowLevel().wrapOutputFd(writeEnd.release(), kTake);
  auto gone = output->whenWriteDisconnected();
  output->write("x", 1).wait(io.waitScope());
  EXPECT_FALSE(gone.poll(io.waitScope()));
  readEnd.reset();
  gone.wait(io.waitScope());
  expectDisconnected(output->write("x", 1), io.waitScope());
}

TEST_F(Stream, PipeReadsToItsEnd) {
  UvAsyncIo io;
  auto [readEnd, writeEnd] = newPipe();
  auto input = io.lowLevel().wrapInputFd(readEnd.release(), kTake);
  auto text = input->readAllText();
  EXPECT_FALSE(text.poll(io.waitScope()));
  KJ_SYSCALL(::write(writeEnd.get(), "piped", 5));
  writeEnd.reset();
  EXPECT_EQ(text.wait(io.waitScope()), "piped");
}

TEST_F(Stream, ReadsAndWritesFilesThatCannotBePolled) {
  UvAsyncIo io;
  OwnedFd file(memfd_create("brood-test", MFD_CLOEXEC));
  ASSERT_TRUE(file);
  io.lowLevel().wrapOutputFd(file.get())->write("file", 4).wait(io.waitScope());
  KJ_SYSCALL(lseek(file.get(), 0, SEEK_SET));
  auto text = io.lowLevel().wrapInputFd(file.get())->readAllText().wait(io.waitScope());
  EXPECT_EQ(text, "file");
}

TEST_F(Stream, HonoursTheFlagsOfAWrappedDescriptor) {
  UvAsyncIo io;
  int fds[2];
  KJ_SYSCALL(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
  OwnedFd borrowed(fds[0]);
  { auto stream = io.lowLevel().wrapSocketFd(borrowed.get()); }
  EXPECT_EQ(fcntl(borrowed.get(), F_GETFD), 0) << "borrowed: still open, close-on-exec as it was";
  EXPECT_NE(fcntl(borrowed.get(), F_GETFL) & O_NONBLOCK, 0);

  const int owned = fds[1];
  auto stream = io.lowLevel().wrapSocketFd(owned, kTake);
  EXPECT_EQ(fcntl(owned, F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(KJ_ASSERT_NONNULL(stream->getFd()), owned);
  stream = nullptr;
  EXPECT_EQ(fcntl(owned, F_GETFD), -1);

  auto [left, right] = newStreamPair();
  auto untouched = io.lowLevel().wrapSocketFd(
      left.get(), Provider::ALREADY_CLOEXEC | Provider::ALREADY_NONBLOCK);
  EXPECT_EQ(fcntl(left.get(), F_GETFL) & O_NONBLOCK, 0) << "the caller's word is taken";
}

TEST_F(Stream, PassesSocketOptionsAndNames) {
  UvAsyncIo io;
  StreamPair pair(io);
  int type = 0;
  kj::uint length = sizeof(type);
  pair.left->getsockopt(SOL_SOCKET, SO_TYPE, &type, &length);
  EXPECT_EQ(type, SOCK_STREAM);
  const int bytes = 64 * 1024;
  pair.left->setsockopt(SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
  sockaddr_storage address{};
  length = sizeof(address);
  pair.left->getsockname(reinterpret_cast<sockaddr*>(&address), &length);
  EXPECT_EQ(address.ss_family, AF_UNIX);
  length = sizeof(address);
  pair.left->getpeername(reinterpret_cast<sockaddr*>(&address), &length);
  EXPECT_EQ(address.ss_family, AF_UNIX);
}

TEST_F(Stream, AbortReadEndsThePeersWrites) {
  UvAsyncIo io;
  StreamPair pair(io);
  pair.right->abortRead();
  expectDisconnected(pair.left->write("x", 1), io.waitScope());
}

TEST_F(Stream, ProviderMakesPipes) {
  UvAsyncIo io;
  auto oneWay = io.provider().newOneWayPipe();
  oneWay.out->write("1", 1).wait(io.waitScope());
  oneWay.out = nullptr;
  EXPECT_EQ(oneWay.in->readAllText().wait(io.waitScope()), "1");
  auto twoWay = io.provider().newTwoWayPipe();
  twoWay.ends[0]->write("2", 1).wait(io.waitScope());
  twoWay.ends[0]->shutdownWrite();
  EXPECT_EQ(twoWay.ends[1]->readAllText().wait(io.waitScope()), "2");
}

}  // namespace
}  // namespace brood
