#include "bench/floors/helper_process.h"

#include <kj/debug.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rpc/wire/fd_passing.h"

namespace brood::bench {
namespace {

// noexcept: an exception must not unwind into the parent's frames.
[[noreturn]] void runHelper(const std::function<void(int)>& serve, int fd, pid_t parent) noexcept {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() == parent) serve(fd);
  ::_exit(0);
}

}  // namespace

HelperProcess::HelperProcess(const std::function<void(int)>& serve) {
  auto [ours, theirs] = newStreamPair();
  const pid_t parent = ::getpid();
  KJ_SYSCALL(pid_ = ::fork());
  if (pid_ == 0) {
    ours.reset();
    runHelper(serve, theirs.get(), parent);
  }
  ours_ = std::move(ours);
}

HelperProcess::~HelperProcess() {
  // Later helpers hold copies of our end, so closing it would not be the end of file.
  ::shutdown(ours_.get(), SHUT_RDWR);
  ::waitpid(pid_, nullptr, 0);
}

}  // namespace brood::bench
