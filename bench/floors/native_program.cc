#include "bench/floors/native_program.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/model/clock.h"
#include "rpc/wire/fd_passing.h"

namespace brood::bench {
namespace {

class SpawnActions {
 public:
  explicit SpawnActions(int outputFd) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, outputFd, STDOUT_FILENO);
  }
  ~SpawnActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;

  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

std::string readAll(int fd) {
  std::string text;
  char buffer[4'096];
  for (;;) {
    ssize_t count;
    KJ_SYSCALL(count = ::read(fd, buffer, sizeof(buffer)));
    if (count == 0) return text;
    text.append(buffer, static_cast<size_t>(count));
  }
}

}  // namespace

NativeRun runNative(const std::vector<std::string>& argv) {
  std::vector<char*> arguments;
  for (const auto& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const char* environment[] = {"PATH=/usr/bin:/bin", "LANG=C.UTF-8", nullptr};

  NativeRun run{};
  uint64_t start = nowNanos();
  auto [outputRead, outputWrite] = newPipe();
  pid_t pid;
  int error;
  {
    SpawnActions actions(outputWrite.get());
    error = ::posix_spawnp(&pid, arguments[0], actions.get(), nullptr, arguments.data(),
                           const_cast<char**>(environment));
  }
  KJ_REQUIRE(error == 0, "cannot execute", argv[0].c_str(), error);
  outputWrite.reset();
  run.output = readAll(outputRead.get());
  KJ_SYSCALL(::waitpid(pid, &run.waitStatus, 0));
  run.nanos = nowNanos() - start;
  return run;
}

}  // namespace brood::bench
