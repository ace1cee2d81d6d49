#include "tests/unit/zygote/forked_child.h"

#include <kj/debug.h>
#include <sys/wait.h>
#include <unistd.h>

namespace brood::zygote {

int inForkedChild(const std::function<int()>& function) {
  pid_t pid;
  KJ_SYSCALL(pid = ::fork());
  if (pid == 0) ::_exit(function());
  int status;
  KJ_SYSCALL(::waitpid(pid, &status, 0));
  return WIFSIGNALED(status) ? 256 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace brood::zygote
