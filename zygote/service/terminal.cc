#include "zygote/service/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cstddef>
#include <utility>

#include "base/owned_fd.h"
#include "rpc/wire/worker_frames.h"

namespace brood::zygote {
namespace {

constexpr char kEndOfFile = 4;
constexpr int kPassedOn[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGUSR1,
                             SIGUSR2, SIGCONT, SIGTSTP, SIGALRM};

// Bytes that have been read at one end and not yet been written at the other.
struct CopiedBytes {
  char bytes[16 << 10];
  size_t begin = 0, end = 0;

  bool isEmpty() const { return begin == end; }
  // False at the end, or when it cannot be read.
  bool readFrom(int fd) {
    const ssize_t count = ::read(fd, bytes, sizeof(bytes));
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    begin = 0;
    end = count > 0 ? static_cast<size_t>(count) : 0;
    return count > 0;
  }
  // False when nobody will read it.
  bool writeTo(int fd) {
    const ssize_t count = ::write(fd, bytes + begin, end - begin);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    begin += static_cast<size_t>(count);
    return true;
  }
};

sigset_t relayedSignals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (int signal : kPassedOn) ::sigaddset(&set, signal);
  ::sigaddset(&set, SIGCHLD);
  return set;
}

void resize(int masterFd, uint16_t rows, uint16_t columns) {
  const winsize size{.ws_row = rows, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
  ::ioctl(masterFd, TIOCSWINSZ, &size);
}

class TerminalRelay {
 public:
  TerminalRelay(OwnedFd master, OwnedFd signals, pid_t child, int channelFd)
      : master_(std::move(master)), signals_(std::move(signals)), child_(child), channelFd_(channelFd) {
    for (int fd : {master_.get(), STDOUT_FILENO}) ::fcntl(fd, F_SETFL, O_NONBLOCK);
  }

  [[noreturn]] void run() {
    while (!hasEnded_) turn();
    // The rest of what has been written, and not what somebody left behind may still write.
    ::fcntl(STDOUT_FILENO, F_SETFL, 0);
    do {
      if (!output_.isEmpty() && !output_.writeTo(STDOUT_FILENO)) break;
    } while (!output_.isEmpty() || (output_.readFrom(master_.get()) && !output_.isEmpty()));
    if (WIFSIGNALED(waitStatus_)) dieOf(WTERMSIG(waitStatus_));
    ::_exit(WEXITSTATUS(waitStatus_));
  }

 private:
  enum Place : size_t { kSignals, kChannel, kMaster, kInput, kOutput, kPlaces };

  void turn() {
    pollfd watched[kPlaces] = {};
    watched[kSignals] = {signals_.get(), POLLIN, 0};
    watched[kChannel] = {channelFd_, POLLIN, 0};
    const short fromMaster = output_.isEmpty() && isReadable_ ? POLLIN : 0;
    const short toMaster = input_.isEmpty() ? 0 : POLLOUT;
    const bool usesMaster = fromMaster != 0 || toMaster != 0;
    watched[kMaster] = {usesMaster ? master_.get() : -1, static_cast<short>(fromMaster | toMaster),
                        0};
    watched[kInput] = {input_.isEmpty() && isInputOpen_ ? STDIN_FILENO : -1, POLLIN, 0};
    watched[kOutput] = {output_.isEmpty() ? -1 : STDOUT_FILENO, POLLOUT, 0};
    if (::poll(watched, kPlaces, -1) < 0) return;
    if (watched[kInput].revents != 0) takeInput();
    if ((watched[kMaster].revents & POLLOUT) != 0 && !input_.writeTo(master_.get())) input_ = {};
    if ((watched[kMaster].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && fromMaster != 0) {
      isReadable_ = output_.readFrom(master_.get());
    }
    if (watched[kOutput].revents != 0 && !output_.writeTo(STDOUT_FILENO)) output_ = {};
    if (watched[kChannel].revents != 0) takeSize();
    if (watched[kSignals].revents != 0) takeSignal();
  }

  void takeInput() {
    if (input_.readFrom(STDIN_FILENO)) return;
    isInputOpen_ = false;
    input_.bytes[0] = kEndOfFile;
    input_.begin = 0;
    input_.end = 1;
  }

  void takeSize() {
    WorkerTerminalSize size;
    const ssize_t count = ::read(channelFd_, &size, sizeof(size));
    if (count == static_cast<ssize_t>(sizeof(size)) && size.magic == WorkerTerminalSize::kMagic) {
      resize(master_.get(), size.rows, size.columns);
    } else if (count >= 0) {
      channelFd_ = -1;
    }
  }

  void takeSignal() {
    signalfd_siginfo info;
    if (::read(signals_.get(), &info, sizeof(info)) != sizeof(info)) return;
    if (info.ssi_signo != SIGCHLD) {
      const pid_t foreground = ::tcgetpgrp(master_.get());
      ::kill(-(foreground > 0 ? foreground : child_), static_cast<int>(info.ssi_signo));
    } else if (::waitpid(child_, &waitStatus_, WNOHANG) == child_) {
      hasEnded_ = true;
    }
  }

  [[noreturn]] static void dieOf(int signal) {
    ::signal(signal, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::kill(::getpid(), signal);
    ::_exit(128 + signal);
  }

  OwnedFd master_, signals_;
  const pid_t child_;
  int channelFd_;
  CopiedBytes input_, output_;
  bool isInputOpen_ = true, isReadable_ = true, hasEnded_ = false;
  int waitStatus_ = 0;
};

int enterTerminal(const char* name) {
  if (::setsid() < 0) return errno;
  // Opening it makes it the session's.
  const OwnedFd slave(::open(name, O_RDWR | O_CLOEXEC));
  if (!slave) return errno;
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::dup2(slave.get(), fd) < 0) return errno;
  }
  return 0;
}

}  // namespace

int continueInTerminal(const TerminalPlan& plan) {
  OwnedFd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  char name[64];
  if (!master || ::grantpt(master.get()) < 0 || ::unlockpt(master.get()) < 0) return errno;
  if (int error = ::ptsname_r(master.get(), name, sizeof(name))) return error;
  resize(master.get(), plan.rows, plan.columns);
  const sigset_t relayed = relayedSignals();
  sigset_t before;
  ::sigprocmask(SIG_BLOCK, &relayed, &before);
  OwnedFd signals(::signalfd(-1, &relayed, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals) return errno;
  const pid_t child = ::fork();
  if (child < 0) return errno;
  if (child > 0) {
    static TerminalRelay relay(std::move(master), std::move(signals), child, plan.channelFd);
    relay.run();
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  return enterTerminal(name);
}

}  // namespace brood::zygote
