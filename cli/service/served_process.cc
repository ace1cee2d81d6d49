#include "cli/service/served_process.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "cli/terminal/cli_error.h"
#include "rpc/wire/fd_passing.h"

namespace brood::cli {
namespace {

// Everything the child's side needs, made before the fork: after it nothing may allocate.
struct ChildPlan {
  std::vector<char*> argv;
  std::vector<char*> environment;
  pid_t parent;
  int outputFd;
  int errorFd;  // CLOEXEC; carries errno when the program cannot be executed.
};

std::vector<char*> pointersTo(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const auto& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<char*> ownEnvironment() {
  std::vector<char*> pointers;
  for (char** entry = environ; *entry != nullptr; ++entry) pointers.push_back(*entry);
  pointers.push_back(nullptr);
  return pointers;
}

[[noreturn]] void failChild(const ChildPlan& plan, int errorNumber) {
  ssize_t ignored = ::write(plan.errorFd, &errorNumber, sizeof(errorNumber));
  (void)ignored;
  _exit(127);
}

[[noreturn]] void runChild(const ChildPlan& plan) {
  ::setpgid(0, 0);
  if (::prctl(PR_SET_PDEATHSIG, SIGTERM) < 0) failChild(plan, errno);
  // The parent may have died before it was asked to announce it.
  if (::getppid() != plan.parent) _exit(127);
  ::signal(SIGPIPE, SIG_DFL);
  int nullFd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nullFd < 0 || ::dup2(nullFd, STDIN_FILENO) < 0 || ::dup2(plan.outputFd, STDOUT_FILENO) < 0) {
    failChild(plan, errno);
  }
  ::execve(plan.argv[0], plan.argv.data(), plan.environment.data());
  failChild(plan, errno);
}

}  // namespace

std::string ChildExit::text() const {
  if (!signalled) return "exited with code " + std::to_string(value);
  const char* name = sigabbrev_np(value);
  return "was killed by " + (name ? "SIG" + std::string(name) : "signal " + std::to_string(value));
}

ServedProcess::Spawned ServedProcess::spawn(
    const std::vector<std::string>& argv,
    const std::optional<std::vector<std::string>>& environment) {
  auto [outputRead, outputWrite] = newPipe();
  auto [errorRead, errorWrite] = newPipe();
  ChildPlan plan{pointersTo(argv), environment ? pointersTo(*environment) : ownEnvironment(),
                 ::getpid(), outputWrite.get(), errorWrite.get()};

  pid_t pid;
  KJ_SYSCALL(pid = ::fork());
  if (pid == 0) runChild(plan);
  // Our child and not yet reaped, so the number is still its own.
  int pidfd;
  KJ_SYSCALL(pidfd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  Spawned spawned{OwnedFd(pidfd), std::move(outputRead)};

  errorWrite.reset();
  int errorNumber = 0;
  ssize_t got;
  KJ_SYSCALL(got = ::read(errorRead.get(), &errorNumber, sizeof(errorNumber)));
  if (got == sizeof(errorNumber)) {
    siginfo_t info{};
    KJ_SYSCALL(::waitid(P_PIDFD, static_cast<id_t>(pidfd), &info, WEXITED));
    throw CliError("cannot execute " + argv[0] + ": " + ::strerror(errorNumber));
  }
  return spawned;
}

ServedProcess::ServedProcess(UvAsyncIo& io, const std::vector<std::string>& argv,
                             const std::optional<std::vector<std::string>>& environment)
    : ServedProcess(io, spawn(argv, environment)) {}

ServedProcess::ServedProcess(UvAsyncIo& io, Spawned spawned)
    : pidfd_(std::move(spawned.pidfd)),
      output_(io.lowLevel().wrapInputFd(spawned.output.release(),
                                        kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP |
                                            kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC)),
      observer_(io.port(), pidfd_.get(), UvFdObserver::Interest::read),
      exit_(observer_.whenReadable().then([this] { return reap(); }).fork()) {}

ServedProcess::~ServedProcess() noexcept(false) {
  if (reaped_) return;
  signal(SIGKILL);
  reap();
}

void ServedProcess::signal(int signalNumber) noexcept {
  if (!reaped_) ::syscall(SYS_pidfd_send_signal, pidfd_.get(), signalNumber, nullptr, 0);
}

ChildExit ServedProcess::reap() {
  // Observing the pidfd has made it non-blocking, for waitid as well.
  pollfd ended{pidfd_.get(), POLLIN, 0};
  KJ_SYSCALL(::poll(&ended, 1, -1));
  siginfo_t info{};
  KJ_SYSCALL(::waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED));
  reaped_ = true;
  return {info.si_code != CLD_EXITED, info.si_status};
}

}  // namespace brood::cli
