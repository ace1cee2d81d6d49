#include "host/probe.h"

#include <errno.h>
#include <kj/debug.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rpc/wire/fd_passing.h"

namespace brood {
namespace {

[[noreturn]] void runChild(const std::function<ProbeStep()>& action, int reportFd) {
  ProbeStep outcome = ProbeStep::at("probe", EFAULT);
  try {
    outcome = action();
  } catch (...) {
    // The exception is reported as a refusal.
  }
  [[maybe_unused]] ssize_t written = ::write(reportFd, &outcome, sizeof(outcome));
  ::_exit(0);
}

}  // namespace

Attempt attemptInChild(const std::function<ProbeStep()>& action) {
  // Clang 14 does not let KJ_SYSCALL's lambda use a structured binding.
  auto pipe = newPipe();
  pid_t pid;
  KJ_SYSCALL(pid = ::fork());
  if (pid == 0) runChild(action, pipe.second.get());
  pipe.second.reset();
  ProbeStep outcome;
  ssize_t count;
  KJ_SYSCALL(count = ::read(pipe.first.get(), &outcome, sizeof(outcome)));
  int waitStatus;
  KJ_SYSCALL(::waitpid(pid, &waitStatus, 0));
  if (count != sizeof(outcome)) return {false, "the attempt was killed", 0};
  if (outcome.errnoValue == 0) return {true, "", 0};
  return {false, std::string(outcome.name) + ": " + strerror(outcome.errnoValue),
          outcome.errnoValue};
}

}  // namespace brood
