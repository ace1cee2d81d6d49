// A keeper ends its job and itself, and neither it nor its job reaches anybody else.

#include "zygote/worker/keeper.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "rpc/wire/fd_passing.h"
#include "tests/unit/zygote/forked_child.h"
#include "zygote/layers/landlock.h"

namespace brood::zygote {
namespace {

// A keeper with this worker; the caller is its zygote.
pid_t startKept(const std::function<int()>& worker) {
  const pid_t zygote = ::getpid();
  const pid_t keeper = ::fork();
  if (keeper != 0) return keeper;
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (forkKeptWorker(zygote) != 0) ::_exit(250);
  if (restrictByLandlock(sharedHostLandlockPolicy(nullptr)) != 0) ::_exit(251);
  ::_exit(worker());
}

int statusOf(pid_t pid) {
  int status = -1;
  return ::waitpid(pid, &status, 0) == pid ? status : -1;
}

// Until everybody who has the other end is gone.
bool hasEnded(int fd) {
  char ignored;
  return ::read(fd, &ignored, 1) == 0;
}

[[noreturn]] void stayForEver() {
  for (;;) ::pause();
}

TEST(Keeper, EndsAsItsWorkerHasEnded) {
  const int exited = statusOf(startKept([] { return 7; }));
  EXPECT_TRUE(WIFEXITED(exited) && WEXITSTATUS(exited) == 7) << exited;
  for (int number : {SIGSEGV, SIGKILL, SIGTERM, SIGXCPU, SIGRTMIN}) {
    // A sanitizer has handlers of its own.
    const int killed =
        statusOf(startKept([number] { return ::signal(number, SIG_DFL), ::raise(number), 1; }));
    EXPECT_TRUE(WIFSIGNALED(killed) && WTERMSIG(killed) == number) << number << " " << killed;
    EXPECT_FALSE(WCOREDUMP(killed));
  }
}

TEST(Keeper, TakesDaemonsWithIt) {
  auto [readEnd, writeEnd] = newPipe();
  const int held = writeEnd.get();
  const pid_t keeper = startKept([held] {
    // Twice removed, in a session of its own, deaf.
    if (::fork() == 0) {
      ::setsid();
      if (::fork() > 0) ::_exit(0);
      sigset_t all;
      sigfillset(&all);
      ::sigprocmask(SIG_SETMASK, &all, nullptr);
      stayForEver();
    }
    ::wait(nullptr);
    return held < 0 ? 1 : 0;
  });
  writeEnd.reset();
  const int status = statusOf(keeper);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  EXPECT_TRUE(hasEnded(readEnd.get()));
}

TEST(Keeper, IsToldToEndBySigterm) {
  auto [readEnd, writeEnd] = newPipe();
  auto [started, tellStarted] = newPipe();
  const int tell = tellStarted.get();
  const pid_t keeper = startKept([tell] {
    for (int i = 0; i < 3; ++i) ::fork();
    [[maybe_unused]] ssize_t written = ::write(tell, "x", 1);
    stayForEver();
    return 0;
  });
  writeEnd.reset();
  tellStarted.reset();
  char ignored;
  ASSERT_EQ(::read(started.get(), &ignored, 1), 1);
  ::kill(keeper, SIGTERM);
  const int status = statusOf(keeper);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM) << status;
  EXPECT_TRUE(hasEnded(readEnd.get()));
}

// kill(-1) of one is the end of nothing else: not of another job, not of a bystander, not of us.
TEST(Keeper, EndsNobodyElse) {
  auto [readEnd, writeEnd] = newPipe();
  const pid_t bystander = ::fork();
  if (bystander == 0) stayForEver();
  const pid_t other = startKept([] { return stayForEver(), 0; });
  EXPECT_EQ(statusOf(startKept([] { return 0; })), 0);
  for (pid_t left : {bystander, other}) {
    EXPECT_EQ(::waitpid(left, nullptr, WNOHANG), 0) << left;
    ::kill(left, left == other ? SIGTERM : SIGKILL);
    statusOf(left);
  }
}

TEST(Keeper, IsOutOfItsJobsReach) {
  const pid_t outside = ::getpid();
  const int status = statusOf(startKept([outside] {
    const pid_t keeper = ::getppid();
    for (int number : {0, SIGKILL, SIGSTOP, SIGTERM}) {
      if (::kill(keeper, number) == 0 || errno != EPERM) return 1;
    }
    if (::ptrace(PTRACE_SEIZE, keeper, nullptr, nullptr) == 0) return 2;
    if (::kill(outside, 0) == 0) return 3;
    // Its own child it reaches, and with this nobody else: the kernel does not say of whom it is
    // silent.
    const pid_t child = ::fork();
    if (child == 0) stayForEver();
    ::kill(-1, SIGKILL);
    int ended = 0;
    return ::waitpid(child, &ended, 0) == child && WIFSIGNALED(ended) ? 0 : 4;
  }));
  EXPECT_EQ(status, 0) << (WIFEXITED(status) ? WEXITSTATUS(status) : status);
}

TEST(Keeper, EndsWithItsZygote) {
  auto [readEnd, writeEnd] = newPipe();
  const pid_t zygote = ::fork();
  if (zygote == 0) {
    startKept([] {
      ::fork();
      return stayForEver(), 0;
    });
    stayForEver();
  }
  writeEnd.reset();
  ::kill(zygote, SIGKILL);
  statusOf(zygote);
  EXPECT_TRUE(hasEnded(readEnd.get()));
}

TEST(Keeper, WorkerDiesWithAKeeperThatIsKilled) {
  auto [readEnd, writeEnd] = newPipe();
  auto [started, tellStarted] = newPipe();
  const int tell = tellStarted.get();
  const pid_t keeper = startKept([tell] {
    [[maybe_unused]] ssize_t written = ::write(tell, "x", 1);
    return stayForEver(), 0;
  });
  writeEnd.reset();
  tellStarted.reset();
  char ignored;
  ASSERT_EQ(::read(started.get(), &ignored, 1), 1);
  ::kill(keeper, SIGKILL);
  statusOf(keeper);
  EXPECT_TRUE(hasEnded(readEnd.get()));
}

}  // namespace
}  // namespace brood::zygote
