#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "rpc/wire/fd_passing.h"
#include "tests/unit/rpc/loop/uv_test.h"

namespace brood {
namespace {

using Interest = UvFdObserver::Interest;
using FdObserver = UvTest;

void fillPipe(int writeFd) {
  KJ_SYSCALL(fcntl(writeFd, F_SETFL, O_NONBLOCK));
  const char block[4096] = {};
  ssize_t n;
  do {
    KJ_NONBLOCKING_SYSCALL(n = ::write(writeFd, block, sizeof(block)));
  } while (n > 0);
}

TEST_F(FdObserver, WaitsForData) {
  UvAsyncIo io;
  auto [readEnd, writeEnd] = newPipe();
  UvFdObserver observer(io.port(), readEnd.get(), Interest::read);
  auto readable = observer.whenReadable();
  EXPECT_FALSE(readable.poll(io.waitScope()));
  writeByte(writeEnd.get());
  readable.wait(io.waitScope());
}

TEST_F(FdObserver, IsLevelTriggered) {
  UvAsyncIo io;
  auto [readEnd, writeEnd] = newPipe();
  UvFdObserver observer(io.port(), readEnd.get(), Interest::read);
  writeByte(writeEnd.get(), 'a');
  writeByte(writeEnd.get(), 'b');
  observer.whenReadable().wait(io.waitScope());
  EXPECT_EQ(readByte(readEnd.get()), 'a');
  observer.whenReadable().wait(io.waitScope());
  EXPECT_EQ(readByte(readEnd.get()), 'b');
  auto drained = observer.whenReadable();
  EXPECT_FALSE(drained.poll(io.waitScope()));
}

TEST_F(FdObserver, ReportsEndOfFileEveryTime) {
  UvAsyncIo io;
  auto [readEnd, writeEnd] = newPipe();
  UvFdObserver observer(io.port(), readEnd.get(), Interest::read);
  auto readable = observer.whenReadable();
  writeEnd.reset();
  readable.wait(io.waitScope());
  observer.whenReadable().wait(io.waitScope());
  observer.whenDisconnected().wait(io.waitScope());
}

TEST_F(FdObserver, StopsWhenNobodyWaitsAndLosesNothing) {
  UvAsyncIo io;
  auto [readEnd, writeEnd] = newPipe();
  UvFdObserver observer(io.port(), readEnd.get(), Interest::read);
  { auto abandoned = observer.whenReadable(); }
  writeByte(writeEnd.get());

  TurnCounter counter(io.loop());
  io.timer().afterDelay(20 * kj::MILLISECONDS).wait(io.waitScope());
  EXPECT_LT(counter.turns(), 10) << "the loop spins on readiness that nobody wants";

  observer.whenReadable().wait(io.waitScope());
  EXPECT_EQ(readByte(readEnd.get()), 'x');
}

TEST_F(FdObserver, StaysArmedBetweenWaits) {
  UvAsyncIo io;
  auto [readEnd, writeEnd] = newPipe();
  UvFdObserver observer(io.port(), readEnd.get(), Interest::read);
  for (int i = 0; i < 1000; ++i) {
    auto readable = observer.whenReadable();
    writeByte(writeEnd.get());
    readable.wait(io.waitScope());
    readByte(readEnd.get());
  }
}

TEST_F(FdObserver, WaitsForRoomToWrite) {
  UvAsyncIo io;
  auto [readEnd, writeEnd] = newPipe();
  UvFdObserver observer(io.port(), writeEnd.get(), Interest::write);
  observer.whenWritable().wait(io.waitScope());
  fillPipe(writeEnd.get());
  auto writable = observer.whenWritable();
  EXPECT_FALSE(writable.poll(io.waitScope()));
  char block[65536];
  KJ_SYSCALL(::read(readEnd.get(), block, sizeof(block)));
  writable.wait(io.waitScope());
}

TEST_F(FdObserver, WakesAWriterWhoseReaderIsGone) {
  UvAsyncIo io;
  auto [readEnd, writeEnd] = newPipe();
  UvFdObserver observer(io.port(), writeEnd.get(), Interest::write);
  fillPipe(writeEnd.get());
  auto writable = observer.whenWritable();
  auto gone = observer.whenDisconnected();
  EXPECT_FALSE(gone.poll(io.waitScope()));
  readEnd.reset();
  writable.wait(io.waitScope());
  gone.wait(io.waitScope());
  observer.whenWritable().wait(io.waitScope());
}

TEST_F(FdObserver, WatchesBothDirectionsOfOneSocket) {
  UvAsyncIo io;
  auto [left, right] = newStreamPair();
  UvFdObserver observer(io.port(), left.get(), Interest::readWrite);
  auto readable = observer.whenReadable();
  auto gone = observer.whenDisconnected();
  for (int i = 0; i < 3; ++i) observer.whenWritable().wait(io.waitScope());
  EXPECT_FALSE(readable.poll(io.waitScope()));
  writeByte(right.get());
  readable.wait(io.waitScope());
  EXPECT_FALSE(gone.poll(io.waitScope()));
  right.reset();
  gone.wait(io.waitScope());
}

TEST_F(FdObserver, GivesTheLatestWaiterTheEvent) {
  UvAsyncIo io;
  auto [readEnd, writeEnd] = newPipe();
  UvFdObserver observer(io.port(), readEnd.get(), Interest::read);
  auto replaced = observer.whenReadable();
  auto latest = observer.whenReadable();
  EXPECT_TRUE(failureOf(kj::mv(replaced), io.waitScope()) != nullptr);
  writeByte(writeEnd.get());
  latest.wait(io.waitScope());
}

TEST_F(FdObserver, RefusesADirectionItWasNotMadeFor) {
  UvAsyncIo io;
  auto [readEnd, writeEnd] = newPipe();
  UvFdObserver observer(io.port(), readEnd.get(), Interest::read);
  EXPECT_THROW(auto writable = observer.whenWritable(), kj::Exception);
}

TEST_F(FdObserver, TellsOfAProcessExitByItsPidfd) {
  UvAsyncIo io;
  auto [readEnd, writeEnd] = newPipe();
  const pid_t pid = fork();
  ASSERT_GE(pid, 0);
  if (pid == 0) {
    char release;
    _exit(::read(readEnd.get(), &release, 1) == 1 ? 7 : 1);
  }
  OwnedFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  ASSERT_TRUE(pidfd);
  UvFdObserver observer(io.port(), pidfd.get(), Interest::read);
  auto exited = observer.whenReadable();
  EXPECT_FALSE(exited.poll(io.waitScope()));
  writeByte(writeEnd.get());
  exited.wait(io.waitScope());
  int status = 0;
  EXPECT_EQ(waitpid(pid, &status, WNOHANG), pid);
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

TEST_F(FdObserver, LetsItsDescriptorNumberBeReusedAtOnce) {
  UvAsyncIo io;
  for (int i = 0; i < 100; ++i) {
    auto [readEnd, writeEnd] = newPipe();
    auto observer = kj::heap<UvFdObserver>(io.port(), readEnd.get(), Interest::read);
    writeByte(writeEnd.get());
    observer->whenReadable().wait(io.waitScope());
  }
}

}  // namespace
}  // namespace brood
