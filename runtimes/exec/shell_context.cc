#include "runtimes/exec/shell_context.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

namespace brood {
namespace {

// Where the shell has them. While a cell runs they are closed, and so for all that it starts.
constexpr int kScriptFd = 10, kStatusFd = 11, kCodeFd = 12, kInputFd = 13, kErrorFd = 14;
constexpr int kAboveAll = 20;

// Interactive, so that an interrupt ends a cell and not the shell; without what is for a terminal.
// A shell without one complains of that before it reads this, to nobody.
constexpr kj::StringPtr kFirstLine =
    "PS1= PS2= BASH_ARGV0=bash; unset HISTFILE; set +o history +m; "
    "exec 2>&14 14>&-\n"_kj;
constexpr kj::StringPtr kEvaluate =
    "eval \"$(</proc/self/fd/12)\" 0<&13 10<&- 11>&- 12<&- 13<&-\n"_kj;

// An interrupt that comes while the shell tells its status makes it drop that line.
constexpr int kPatienceMs = 500;

constexpr int kCannotStart = 126;

volatile sig_atomic_t wasInterrupted = 0;

void noteInterrupt(int) { wasInterrupted = 1; }
void wakeUp(int) {}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;  // Without SA_RESTART: what waits wakes up.
  KJ_SYSCALL(::sigaction(signal, &action, nullptr));
}

// Interrupts and ends of children come only while something is waited for, so that none is missed.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t blocked;
    ::sigemptyset(&blocked);
    ::sigaddset(&blocked, SIGINT);
    ::sigaddset(&blocked, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &blocked, &before_);
  }
  ~BlockedSignals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
  KJ_DISALLOW_COPY(BlockedSignals);

  // As ppoll(2).
  int awaitReadable(int fd, bool hasPatience) const {
    pollfd watched{fd, POLLIN, 0};
    const timespec patience{0, kPatienceMs * 1000000L};
    return ::ppoll(&watched, 1, hasPatience ? &patience : nullptr, &before_);
  }

 private:
  sigset_t before_;
};

int highCopyOf(int fd) {
  int copy;
  KJ_SYSCALL(copy = ::fcntl(fd, F_DUPFD_CLOEXEC, kAboveAll));
  ::close(fd);
  return copy;
}

// In memory; where that may not be had, in the folder for temporary files.
int namelessFile() {
  int fd = ::memfd_create("cell", MFD_CLOEXEC);
  if (fd < 0) {
    const char* folder = ::getenv("TMPDIR");
    std::string path(folder == nullptr || *folder == '\0' ? "/tmp" : folder);
    path += "/cell-XXXXXX";
    KJ_SYSCALL(fd = ::mkostemp(path.data(), O_CLOEXEC), "no place for a cell's code");
    ::unlink(path.c_str());
  }
  return highCopyOf(fd);
}

// So that the shell, which has the same open file, reads this from its beginning.
void fill(int fd, kj::ArrayPtr<const kj::byte> bytes) {
  KJ_SYSCALL(::ftruncate(fd, 0));
  for (size_t done = 0; done < bytes.size();) {
    ssize_t count;
    KJ_SYSCALL(
        count = ::pwrite(fd, bytes.begin() + done, bytes.size() - done, static_cast<off_t>(done)));
    done += static_cast<size_t>(count);
  }
  KJ_SYSCALL(::lseek(fd, 0, SEEK_SET));
}

// One word for the shell, on one line.
void appendQuoted(std::string& text, kj::StringPtr value) {
  text += "$'";
  for (char character : value) {
    if (character == '\n') {
      text += "\\n";
      continue;
    }
    if (character == '\'' || character == '\\') text += '\\';
    text += character;
  }
  text += '\'';
}

// All that is ours stands on the first line, so that the user's lines keep their numbers.
std::string textOf(const CellOrder& cell, int lastExitCode) {
  std::string text;
  for (const auto& variable : cell.env) {
    text += "export ";
    text += variable.name.cStr();
    text += '=';
    appendQuoted(text, variable.value);
    text += "; ";
  }
  if (lastExitCode != 0) text += "(exit " + std::to_string(lastExitCode) + "); ";
  text.append(reinterpret_cast<const char*>(cell.code.begin()), cell.code.size());
  return text;
}

}  // namespace

ShellContext::ShellContext(kj::ArrayPtr<const kj::StringPtr> command,
                           kj::ArrayPtr<const kj::String> environment)
    : code_(namelessFile()), input_(namelessFile()) {
  KJ_REQUIRE(command.size() > 0, "no shell to start");
  int script[2], status[2];
  KJ_SYSCALL(::pipe2(script, O_CLOEXEC));
  kj::AutoCloseFd scriptRead(highCopyOf(script[0]));
  script_ = kj::AutoCloseFd(highCopyOf(script[1]));
  KJ_SYSCALL(::pipe2(status, O_CLOEXEC));
  status_ = kj::AutoCloseFd(highCopyOf(status[0]));
  kj::AutoCloseFd statusWrite(highCopyOf(status[1]));
  handle(SIGINT, noteInterrupt);
  handle(SIGCHLD, wakeUp);
  handle(SIGPIPE, SIG_IGN);
  KJ_SYSCALL(shell_ = ::fork());
  if (shell_ == 0) becomeShell(command, environment, scriptRead.get(), statusWrite.get());
  ::setpgid(shell_, shell_);
  tell(kFirstLine);
}

ShellContext::~ShellContext() noexcept(false) {
  if (shell_ <= 0) return;
  // With all that it has left running.
  ::kill(-shell_, SIGKILL);
  if (waitStatus_ < 0) ::waitpid(shell_, nullptr, 0);
}

void ShellContext::becomeShell(kj::ArrayPtr<const kj::StringPtr> command,
                               kj::ArrayPtr<const kj::String> environment, int script, int status) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  for (int signal : {SIGINT, SIGCHLD, SIGPIPE}) ::signal(signal, SIG_DFL);
  kj::Vector<char*> argv, variables;
  for (kj::StringPtr word : command) argv.add(const_cast<char*>(word.cStr()));
  for (const kj::String& variable : environment) variables.add(const_cast<char*>(variable.cStr()));
  argv.add(nullptr);
  variables.add(nullptr);
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  const bool isPlaced = ::dup2(script, kScriptFd) >= 0 && ::dup2(status, kStatusFd) >= 0 &&
                        ::dup2(code_.get(), kCodeFd) >= 0 && ::dup2(input_.get(), kInputFd) >= 0 &&
                        ::dup2(STDERR_FILENO, kErrorFd) >= 0 && ::dup2(nowhere, STDIN_FILENO) >= 0;
  if (isPlaced) {
    ::dup2(nowhere, STDERR_FILENO);
    ::execve(argv[0], argv.begin(), variables.begin());
    ::dup2(kErrorFd, STDERR_FILENO);
  }
  ::dprintf(STDERR_FILENO, "brood: cannot start %s: %s\n", argv[0], strerror(errno));
  ::_exit(kCannotStart);
}

int ShellContext::serve(CellPort& cells) {
  for (;;) {
    if (hasEnded()) return end();
    if (!cells.await()) continue;
    auto taken = cells.take();
    KJ_IF_MAYBE (cell, taken) {
      int exitCode;
      if (!run(*cell, exitCode)) return end();
      cells.done(exitCode);
    } else {
      return EXIT_SUCCESS;
    }
  }
}

bool ShellContext::run(const CellOrder& cell, int& exitCode) {
  const std::string text = textOf(cell, lastExitCode_);
  fill(code_.get(), kj::arrayPtr(reinterpret_cast<const kj::byte*>(text.data()), text.size()));
  fill(input_.get(), cell.input);
  wasInterrupted = 0;
  if (!tell(kEvaluate) || !awaitStatus(cell.number, exitCode)) return false;
  lastExitCode_ = exitCode;
  return true;
}

bool ShellContext::tell(kj::StringPtr line) const {
  while (line.size() > 0) {
    const ssize_t count = ::write(script_.get(), line.begin(), line.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    line = line.slice(static_cast<size_t>(count));
  }
  return true;
}

// An error of syntax leaves bash's parser in a state that an empty line ends. The line may be told
// twice: whatever has another number is of no interest. It is not traced.
bool ShellContext::awaitStatus(uint32_t number, int& exitCode) {
  const BlockedSignals blocked;
  const kj::String line =
      kj::str("\n{ builtin printf '%s %s\\n' ", number, " $? >&11; } 2>/dev/null\n");
  if (!tell(line)) return false;
  std::string said;
  for (bool isPassedOn = false;;) {
    // A program that the shell has started may keep its end of the pipe.
    if (hasEnded()) return false;
    const int ready = blocked.awaitReadable(status_.get(), isPassedOn);
    if (ready <= 0 && wasInterrupted != 0 && !isPassedOn) {
      ::kill(-shell_, SIGINT);
      wasInterrupted = 0;
      isPassedOn = true;
    } else if (ready == 0) {
      isPassedOn = false;
      if (!tell(line)) return false;
    }
    if (ready <= 0) continue;
    char character;
    const ssize_t count = ::read(status_.get(), &character, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    if (character != '\n') {
      said += character;
      continue;
    }
    unsigned ended = 0;
    int code = 0;
    if (::sscanf(said.c_str(), "%u %d", &ended, &code) == 2 && ended == number) {
      exitCode = code & 0xff;
      return true;
    }
    said.clear();
  }
}

bool ShellContext::hasEnded() {
  return waitStatus_ >= 0 || ::waitpid(shell_, &waitStatus_, WNOHANG) == shell_;
}

int ShellContext::end() {
  while (waitStatus_ < 0 && ::waitpid(shell_, &waitStatus_, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(waitStatus_)) {
    ::signal(WTERMSIG(waitStatus_), SIG_DFL);
    ::kill(::getpid(), WTERMSIG(waitStatus_));
  }
  return WEXITSTATUS(waitStatus_);
}

}  // namespace brood
