#include "supervisor/processes/reaper.h"

#include <gtest/gtest.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rpc/loop/uv_io.h"
#include "rpc/wire/fd_passing.h"

namespace brood::supervisor {
namespace {

// Forked with this number (clone3(2)), and ends with 3 when the other end of the pipe is closed.
pid_t forkAs(pid_t number, int waitFd, int otherEnd) {
  clone_args args{};
  args.exit_signal = SIGCHLD;
  args.set_tid = reinterpret_cast<uintptr_t>(&number);
  args.set_tid_size = 1;
  const long pid = ::syscall(SYS_clone3, &args, sizeof(args));
  if (pid == 0) {
    char byte;
    ::close(otherEnd);
    [[maybe_unused]] auto ended = ::read(waitFd, &byte, 1);
    ::_exit(3);
  }
  return static_cast<pid_t>(pid);
}

class ReaperTest : public testing::Test {
 public:
  ~ReaperTest() noexcept override {}

 protected:
  // The child of a child that has ended, and so becomes ours. It ends with 7 when `end` is closed.
  pid_t makeOrphan() {
    auto [toldRead, toldWrite] = newPipe();
    auto [endRead, endWrite] = newPipe();
    const pid_t parent = ::fork();
    if (parent == 0) {
      const pid_t orphan = ::fork();
      if (orphan == 0) {
        endWrite.reset();
        char byte;
        [[maybe_unused]] auto ended = ::read(endRead.get(), &byte, 1);
        ::_exit(7);
      }
      [[maybe_unused]] auto told = ::write(toldWrite.get(), &orphan, sizeof(orphan));
      ::_exit(0);
    }
    end_ = kj::mv(endWrite);
    pid_t orphan = -1;
    EXPECT_EQ(::read(toldRead.get(), &orphan, sizeof(orphan)),
              static_cast<ssize_t>(sizeof(orphan)));
    EXPECT_TRUE(reaper_.onExit(parent).wait(io_.waitScope()).known);
    return orphan;
  }
  // Ends it, and returns when it has been reaped.
  void endOrphan(pid_t orphan) {
    end_.reset();
    while (::kill(orphan, 0) == 0)
      io_.timer().afterDelay(1 * kj::MILLISECONDS).wait(io_.waitScope());
  }

  UvAsyncIo io_;
  Reaper reaper_{io_.port()};
  OwnedFd end_;
};

TEST_F(ReaperTest, TellsHowAChildEnded) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(5);
  const ProcessExit exit = reaper_.onExit(child).wait(io_.waitScope());
  EXPECT_TRUE(exit.known);
  EXPECT_EQ(WEXITSTATUS(exit.waitStatus), 5);
  EXPECT_FALSE(reaper_.onExit(child).wait(io_.waitScope()).known);
}

TEST_F(ReaperTest, AnOrphanThatIsClaimedMayEndBeforeItIsAskedFor) {
  const pid_t orphan = makeOrphan();
  auto claim = reaper_.claim(orphan);
  endOrphan(orphan);
  const ProcessExit exit = claim->onExit().wait(io_.waitScope());
  EXPECT_TRUE(exit.known);
  EXPECT_EQ(WEXITSTATUS(exit.waitStatus), 7);
}

TEST_F(ReaperTest, AClaimMayBeAskedBeforeTheEnd) {
  const pid_t orphan = makeOrphan();
  auto claim = reaper_.claim(orphan);
  auto exit = claim->onExit();
  EXPECT_FALSE(exit.poll(io_.waitScope()));
  end_.reset();
  EXPECT_EQ(WEXITSTATUS(exit.wait(io_.waitScope()).waitStatus), 7);
}

TEST_F(ReaperTest, NothingIsKeptOfAnOrphanThatNobodyClaims) {
  const pid_t orphan = makeOrphan();
  endOrphan(orphan);
  auto [waitRead, waitWrite] = newPipe();
  const pid_t namesake = forkAs(orphan, waitRead.get(), waitWrite.get());
  ASSERT_EQ(namesake, orphan) << strerror(errno);
  auto exit = reaper_.onExit(namesake);
  EXPECT_FALSE(exit.poll(io_.waitScope())) << "it was taken for the one before it";
  waitWrite.reset();
  EXPECT_EQ(WEXITSTATUS(exit.wait(io_.waitScope()).waitStatus), 3);
}

TEST_F(ReaperTest, NorOnceTheClaimIsGivenUp) {
  const pid_t orphan = makeOrphan();
  { auto claim = reaper_.claim(orphan); }
  endOrphan(orphan);
  EXPECT_FALSE(reaper_.claim(orphan)->onExit().wait(io_.waitScope()).known);
}

}  // namespace
}  // namespace brood::supervisor
