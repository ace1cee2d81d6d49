#include "cli/doctor/probe.h"

#include <kj/debug.h>
#include <sys/wait.h>
#include <unistd.h>

namespace brood::cli {

int probeInChild(int (*attempt)()) {
  pid_t pid;
  KJ_SYSCALL(pid = ::fork());
  if (pid == 0) _exit(attempt());
  int status = 0;
  KJ_SYSCALL(::waitpid(pid, &status, 0));
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace brood::cli
