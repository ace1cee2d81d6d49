#include "supervisor/processes/spawn.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>
#include <vector>

#include "rpc/wire/fd_passing.h"
#include "supervisor/base/posix.h"

namespace brood::supervisor {
namespace {

constexpr int kControlFd = 3;
constexpr int kErrnoFd = 4;

// Everything a zygote learns from its environment. The job's own comes from its runtime.
// LD_BIND_NOW: what is bound lazily would be looked up anew by every worker (ld.so(8)).
constexpr const char* kZygoteEnvironment[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8",
                                              "HOME=/", "LD_BIND_NOW=1"};

// Between fork and exec: system calls only.
[[noreturn]] void runChild(const char* const* argv, const char* const* environment, int nullFd,
                           int controlFd, int errnoFd, pid_t parent) {
  // Away from the numbers we are about to assign.
  const int control = ::fcntl(controlFd, F_DUPFD_CLOEXEC, 10);
  const int report = ::fcntl(errnoFd, F_DUPFD_CLOEXEC, 10);
  const int null = ::fcntl(nullFd, F_DUPFD_CLOEXEC, 10);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have died before prctl took effect.
  if (::getppid() != parent) ::_exit(1);
  ::dup2(null, 0);
  ::dup2(2, 1);
  ::dup2(control, kControlFd);
  ::dup3(report, kErrnoFd, O_CLOEXEC);
  ::syscall(SYS_close_range, kErrnoFd + 1, ~0U, 0);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  ::execve(argv[0], const_cast<char* const*>(argv), const_cast<char* const*>(environment));
  const int error = errno;
  [[maybe_unused]] auto ignored = ::write(kErrnoFd, &error, sizeof(error));
  ::_exit(127);
}

using Texts = std::vector<const char*>;

// Both end in a nullptr.
pid_t spawn(const Texts& argv, const Texts& environment, int controlFd) {
  OwnedFd null = openAt(AT_FDCWD, "/dev/null", O_RDWR);
  auto [errnoRead, errnoWrite] = newPipe();
  const pid_t parent = ::getpid();
  pid_t pid;
  KJ_SYSCALL(pid = ::fork());
  if (pid == 0) {
    runChild(argv.data(), environment.data(), null.get(), controlFd, errnoWrite.get(), parent);
  }
  errnoWrite.reset();
  const int errnoFd = errnoRead.get();
  int error = 0;
  ssize_t count;
  KJ_SYSCALL(count = ::read(errnoFd, &error, sizeof(error)));
  if (count != 0) {
    ::waitpid(pid, nullptr, 0);
    KJ_FAIL_SYSCALL("execve", error, argv[0]);
  }
  return pid;
}

}  // namespace

pid_t spawnZygote(const std::string& binary, int controlFd, const std::string& preload) {
  Texts environment(std::begin(kZygoteEnvironment), std::end(kZygoteEnvironment));
  const std::string preloadVariable = "LD_PRELOAD=" + preload;
  if (!preload.empty()) environment.push_back(preloadVariable.c_str());
  environment.push_back(nullptr);
  return spawn({binary.c_str(), nullptr}, environment, controlFd);
}

pid_t spawnBroker(const std::string& binary, const std::vector<std::string>& arguments,
                  int controlFd) {
  Texts argv{binary.c_str()};
  for (const auto& argument : arguments) argv.push_back(argument.c_str());
  argv.push_back(nullptr);
  return spawn(argv, {"LANG=C.UTF-8", nullptr}, controlFd);
}

}  // namespace brood::supervisor
