#include "zygote/worker/keeper.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <climits>

#include "zygote/layers/landlock.h"
#include "zygote/layers/layer.h"
#include "zygote/layers/rlimits.h"

namespace brood::zygote {
namespace {

constexpr int kSignalsFd = 0;
constexpr int kNiceness = 19;

// No signal that can be blocked shall end or disturb the keeper. A worker that stops itself is no
// news.
int blockSignals() {
  struct sigaction byDefault = {};
  byDefault.sa_handler = SIG_DFL;
  byDefault.sa_flags = SA_NOCLDSTOP;
  if (::sigaction(SIGCHLD, &byDefault, nullptr) < 0) return errno;
  sigset_t all;
  sigfillset(&all);
  return errnoOf(::sigprocmask(SIG_SETMASK, &all, nullptr));
}

int openSignals(int& fd) {
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGCHLD);
  sigaddset(&wanted, SIGTERM);
  fd = ::signalfd(-1, &wanted, SFD_CLOEXEC);
  return errnoOf(fd);
}

int endWith(pid_t parent, int signalNumber) {
  if (::prctl(PR_SET_PDEATHSIG, signalNumber, 0, 0, 0) < 0) return errno;
  // It may have died before that took effect.
  return ::getppid() == parent ? 0 : ESRCH;
}

int becomeKeeper(pid_t zygote) {
  if (int error = blockSignals()) return error;
  if (int error = endWith(zygote, SIGTERM)) return error;
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0) return errno;
  return restrictByLandlock(ownProcessesOnly());
}

int becomeKept(pid_t keeper, int signalsFd) {
  ::close(signalsFd);
  // However many a job becomes, who has to end them comes first.
  if (::setpriority(PRIO_PROCESS, 0, kNiceness) < 0) return errno;
  // The zygote takes care of the descendants if somebody kills the keeper.
  if (int error = endWith(keeper, SIGKILL)) return error;
  sigset_t none;
  sigemptyset(&none);
  return errnoOf(::sigprocmask(SIG_SETMASK, &none, nullptr));
}

// By the signal that ended the worker, without a dump of the zygote's memory.
[[noreturn]] void endAs(int waitStatus) {
  if (WIFEXITED(waitStatus)) ::_exit(WEXITSTATUS(waitStatus));
  const int number = WTERMSIG(waitStatus);
  forbidCoreDumps();
  ::signal(number, SIG_DFL);
  sigset_t all;
  sigfillset(&all);
  sigdelset(&all, number);
  ::kill(::getpid(), number);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  ::_exit(128 + number);
}

// The worker's wait status, if it is among those that have ended.
bool reap(pid_t worker, int options, int& workerStatus) {
  bool found = false;
  for (;;) {
    int status;
    const pid_t pid = ::waitpid(-1, &status, options);
    if (pid < 0 && errno == EINTR) continue;
    if (pid <= 0) return found;
    if (pid != worker) continue;
    workerStatus = status;
    found = true;
  }
}

[[noreturn]] void keep(pid_t worker) {
  int workerStatus = 0;
  bool told = false;
  for (;;) {
    signalfd_siginfo signal;
    if (::read(kSignalsFd, &signal, sizeof(signal)) != sizeof(signal)) continue;
    told = signal.ssi_signo == SIGTERM;
    if (told || reap(worker, WNOHANG, workerStatus)) break;
  }
  ::kill(-1, SIGKILL);
  reap(worker, 0, workerStatus);
  // W_STOPCODE's opposite number: ended by SIGTERM.
  endAs(told ? SIGTERM : workerStatus);
}

// Nothing of the zygote's is open in it any more, the job's pipes least of all.
[[noreturn]] void beKeeper(pid_t worker, int signalsFd) {
  ::prctl(PR_SET_NAME, "brood-keeper", 0, 0, 0);
  if (::dup2(signalsFd, kSignalsFd) < 0 || ::close_range(kSignalsFd + 1, UINT_MAX, 0) < 0 ||
      restrictByLandlock(noPaths()) != 0) {
    ::kill(-1, SIGKILL);
    ::_exit(1);
  }
  keep(worker);
}

}  // namespace

int forkKeptWorker(pid_t zygote) {
  if (int error = becomeKeeper(zygote)) return error;
  int signalsFd;
  if (int error = openSignals(signalsFd)) return error;
  const pid_t keeper = ::getpid();
  const pid_t worker = ::fork();
  if (worker < 0) return errno;
  if (worker == 0) return becomeKept(keeper, signalsFd);
  beKeeper(worker, signalsFd);
}

}  // namespace brood::zygote
