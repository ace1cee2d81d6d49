#pragma once
// Acts in a child process, for what a process gives up it does not get back.

#include <kj/debug.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>

namespace brood {

// The wait status of a child that does this and exits with what it answers.
inline int statusOfChild(const std::function<int()>& act) {
  pid_t pid;
  KJ_SYSCALL(pid = ::fork());
  if (pid == 0) ::_exit(act());
  int status = 0;
  KJ_SYSCALL(::waitpid(pid, &status, 0));
  return status;
}

inline int exitCode(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }
inline int inChild(const std::function<int()>& act) { return exitCode(statusOfChild(act)); }
inline int errnoOf(long result) { return result < 0 ? errno : 0; }

}  // namespace brood
