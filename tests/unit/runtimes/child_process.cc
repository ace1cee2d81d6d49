#include "tests/unit/runtimes/child_process.h"

#include "base/owned_fd.h"

#include <kj/debug.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

namespace brood {
namespace {

constexpr int kHarnessFailed = 125;

struct Pipe {
  OwnedFd readEnd;
  OwnedFd writeEnd;

  Pipe() {
    int fds[2];
    KJ_SYSCALL(pipe2(fds, O_CLOEXEC));
    readEnd = OwnedFd(fds[0]);
    writeEnd = OwnedFd(fds[1]);
  }
};

[[noreturn]] void becomeChild(Pipe& in, Pipe& out, Pipe& err, const std::function<int()>& body) {
  dup2(in.readEnd.get(), STDIN_FILENO);
  dup2(out.writeEnd.get(), STDOUT_FILENO);
  dup2(err.writeEnd.get(), STDERR_FILENO);
  for (Pipe* pipe : {&in, &out, &err}) {
    pipe->readEnd.reset();
    pipe->writeEnd.reset();
  }
  int code = kHarnessFailed;
  try {
    code = body();
  } catch (const kj::Exception& exception) {
    dprintf(STDERR_FILENO, "%s\n", kj::str(exception).cStr());
  }
  _exit(code);
}

// False at end of file.
bool appendAvailable(int fd, std::string& text) {
  char buffer[65536];
  ssize_t size;
  KJ_SYSCALL(size = read(fd, buffer, sizeof(buffer)));
  text.append(buffer, static_cast<size_t>(size));
  return size > 0;
}

void drain(OwnedFd outFd, OwnedFd errFd, ChildResult& result) {
  pollfd fds[] = {{outFd.get(), POLLIN, 0}, {errFd.get(), POLLIN, 0}};
  std::string* texts[] = {&result.out, &result.err};
  for (int open = 2; open > 0;) {
    KJ_SYSCALL(poll(fds, 2, -1));
    for (int i = 0; i < 2; i++) {
      if (fds[i].revents == 0 || appendAvailable(fds[i].fd, *texts[i])) continue;
      fds[i].fd = -1;
      open--;
    }
  }
}

}  // namespace

std::string ChildResult::ending() const {
  if (WIFSIGNALED(waitStatus)) return "signal " + std::to_string(WTERMSIG(waitStatus));
  return "exit " + std::to_string(WEXITSTATUS(waitStatus));
}

ChildResult runInChild(const std::string& input, const std::function<int()>& body,
                       const ForkHooks& hooks) {
  Pipe in, out, err;
  hooks.before();
  pid_t child = fork();
  if (child == 0) becomeChild(in, out, err, body);
  hooks.afterInParent();
  KJ_REQUIRE(child > 0, "cannot fork");
  KJ_SYSCALL(write(in.writeEnd.get(), input.data(), input.size()));
  in.writeEnd.reset();
  in.readEnd.reset();
  out.writeEnd.reset();
  err.writeEnd.reset();
  ChildResult result;
  drain(std::move(out.readEnd), std::move(err.readEnd), result);
  KJ_SYSCALL(waitpid(child, &result.waitStatus, 0));
  return result;
}

}  // namespace brood
