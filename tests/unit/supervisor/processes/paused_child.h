#pragma once
// Real processes that pause and do nothing else.

#include <errno.h>
#include <kj/debug.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "rpc/wire/fd_passing.h"
#include "supervisor/processes/child_process.h"

namespace brood::supervisor {

// Forks a child that has none of our descriptors and lives until somebody kills it. `prepare` is
// run in it first, and says whether it could do what it has to.
inline pid_t forkPaused(const std::function<bool()>& prepare = []() { return true; }) {
  constexpr int kReady = 3;
  auto [readyRead, readyWrite] = newPipe();
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (readyWrite.get() != kReady) ::dup2(readyWrite.get(), kReady);
    ::syscall(SYS_close_range, kReady + 1, ~0u, 0);
    if (!prepare()) ::_exit(1);
    [[maybe_unused]] auto told = ::write(kReady, "r", 1);
    ::close(kReady);
    for (;;) ::pause();
  }
  readyWrite.reset();
  char ready;
  KJ_REQUIRE(::read(readyRead.get(), &ready, 1) == 1, "the child could not prepare itself");
  KJ_REQUIRE(::read(readyRead.get(), &ready, 1) == 0);
  return pid;
}

inline OwnedFd pidfdOf(pid_t pid) {
  return OwnedFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

inline kj::Own<ChildProcess> newPausedChild(
    Reaper& reaper, pid_t forkedBy = ::getpid(), LayerSet layers = {},
    const std::function<bool()>& prepare = []() { return true; }) {
  const pid_t pid = forkPaused(prepare);
  return kj::heap<ChildProcess>(pid, forkedBy, pidfdOf(pid), layers, reaper.onExit(pid), SIGKILL);
}

// Returns once the child has ended, and leaves it to the reaper, who may have had it already.
inline void waitForEnd(pid_t pid) {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
  }
}

}  // namespace brood::supervisor
