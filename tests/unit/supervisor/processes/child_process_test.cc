#include "supervisor/processes/child_process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rpc/loop/uv_io.h"
#include "rpc/wire/fd_passing.h"
#include "supervisor/base/posix.h"

namespace brood::supervisor {
namespace {

class ChildProcessTest : public testing::Test {
 public:
  ~ChildProcessTest() noexcept override {}

 protected:
  // A process that pauses; SIGTERM ends it with code 5.
  kj::Own<ChildProcess> newChild(int endSignal) {
    auto [readEnd, writeEnd] = newPipe();
    pid_ = ::fork();
    if (pid_ == 0) {
      ::signal(SIGTERM, [](int) { ::_exit(5); });
      [[maybe_unused]] auto told = ::write(writeEnd.get(), "", 1);
      for (;;) ::pause();
    }
    char byte;
    EXPECT_EQ(::read(readEnd.get(), &byte, 1), 1) << "its handler is there";
    return kj::heap<ChildProcess>(pid_, ::getpid(), openPidfd(pid_), LayerSet(),
                                  reaper_.onExit(pid_), endSignal);
  }
  ProcessExit exitOf(ChildProcess& child) { return child.onExit().wait(io_.waitScope()); }

  UvAsyncIo io_;
  Reaper reaper_{io_.port()};
  pid_t pid_ = -1;
};

TEST_F(ChildProcessTest, EndsWithItsOwner) {
  auto child = newChild(SIGKILL);
  auto exit = child->onExit();
  child = nullptr;
  EXPECT_EQ(exit.wait(io_.waitScope()).waitStatus, SIGKILL);
}

TEST_F(ChildProcessTest, TheOrderToEndMayBeAnotherSignal) {
  auto child = newChild(SIGTERM);
  child->kill();
  EXPECT_EQ(WEXITSTATUS(exitOf(*child).waitStatus), 5);
}

TEST_F(ChildProcessTest, AStoppedProcessGetsItsOrderToo) {
  auto child = newChild(SIGTERM);
  ::kill(pid_, SIGSTOP);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(pid_), &info, WSTOPPED), 0);
  child->kill();
  EXPECT_EQ(WEXITSTATUS(exitOf(*child).waitStatus), 5);
}

TEST_F(ChildProcessTest, KnowsThatItHasExitedAndSignalsNobodyThen) {
  auto child = newChild(SIGKILL);
  EXPECT_FALSE(child->exited());
  ::kill(pid_, SIGTERM);
  EXPECT_EQ(WEXITSTATUS(exitOf(*child).waitStatus), 5);
  EXPECT_TRUE(child->exited());
  child->kill();
  EXPECT_EQ(WEXITSTATUS(exitOf(*child).waitStatus), 5) << "each that asks is told";
}

}  // namespace
}  // namespace brood::supervisor
