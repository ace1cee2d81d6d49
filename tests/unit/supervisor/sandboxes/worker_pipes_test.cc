#include "supervisor/sandboxes/worker_pipes.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <string>

#include "rpc/loop/uv_io.h"

namespace brood::supervisor {
namespace {

bool isBlocking(const OwnedFd& fd) { return (::fcntl(fd.get(), F_GETFL) & O_NONBLOCK) == 0; }

class WorkerPipesTest : public testing::Test {
 protected:
  WorkerPipesTest() { ::signal(SIGPIPE, SIG_IGN); }
  ~WorkerPipesTest() noexcept override = default;

  UvAsyncIo io_;
  WorkerEnds ends_ = newWorkerEnds();
  WorkerPipes pipes_{io_.port(), kj::mv(ends_.stdinWrite), kj::mv(ends_.stdoutRead),
                     kj::mv(ends_.stderrRead)};
};

TEST_F(WorkerPipesTest, OnlyOurEndsDoNotBlock) {
  const auto ends = newWorkerEnds();
  for (const auto* fd : {&ends.channel, &ends.stdinWrite, &ends.stdoutRead, &ends.stderrRead}) {
    EXPECT_FALSE(isBlocking(*fd));
  }
  for (const auto* fd :
       {&ends.workerChannel, &ends.workerStdin, &ends.workerStdout, &ends.workerStderr}) {
    EXPECT_TRUE(isBlocking(*fd));
  }
}

TEST_F(WorkerPipesTest, ShortInputIsThereAtOnceAndEnds) {
  auto fed = pipes_.feedStdin(kj::StringPtr("input").asBytes());
  EXPECT_TRUE(fed.poll(io_.waitScope()));
  char text[16];
  EXPECT_EQ(::read(ends_.workerStdin.get(), text, sizeof(text)), 5);
  EXPECT_EQ(::read(ends_.workerStdin.get(), text, sizeof(text)), 0);
}

TEST_F(WorkerPipesTest, LongInputWaitsForItsReader) {
  const auto input = kj::heapArray<kj::byte>(1 << 20);
  auto fed = pipes_.feedStdin(input);
  EXPECT_FALSE(fed.poll(io_.waitScope()));
  const int fd = ends_.workerStdin.get();
  ASSERT_EQ(::fcntl(fd, F_SETFL, O_NONBLOCK), 0);
  size_t read = 0;
  std::string buffer(65536, ' ');
  auto take = [&]() {
    const ssize_t count = ::read(fd, buffer.data(), buffer.size());
    if (count > 0) read += static_cast<size_t>(count);
    return count > 0;
  };
  while (!fed.poll(io_.waitScope())) take();
  while (take()) {
  }
  EXPECT_EQ(read, input.size());
}

TEST_F(WorkerPipesTest, AJobThatDoesNotReadIsNoError) {
  const auto input = kj::heapArray<kj::byte>(1 << 20);
  auto fed = pipes_.feedStdin(input);
  EXPECT_FALSE(fed.poll(io_.waitScope()));
  ends_.workerStdin.reset();
  fed.wait(io_.waitScope());
}

TEST_F(WorkerPipesTest, OutputIsSeen) {
  auto readable = pipes_.stdoutObserver().whenReadable();
  EXPECT_FALSE(readable.poll(io_.waitScope()));
  ASSERT_EQ(::write(ends_.workerStdout.get(), "x", 1), 1);
  readable.wait(io_.waitScope());
  char byte;
  EXPECT_EQ(::read(pipes_.stdoutFd(), &byte, 1), 1);
}

}  // namespace
}  // namespace brood::supervisor
