#include "tests/unit/cli/typed_terminal.h"

#include <kj/debug.h>
#include <poll.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <utility>

namespace brood::cli {

TypedTerminal::TypedTerminal(const std::function<int()>& program) {
  ::setenv("TERM", "vt100", 1);
  KJ_SYSCALL(child_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr));
  if (child_ == 0) ::_exit(program());
}

TypedTerminal::~TypedTerminal() { ::close(terminal_); }

void TypedTerminal::type(const std::string& keys) {
  KJ_SYSCALL(::write(terminal_, keys.data(), keys.size()));
}

void TypedTerminal::awaitKeys() {
  termios settings{};
  for (;;) {
    KJ_SYSCALL(::tcgetattr(terminal_, &settings));
    if ((settings.c_lflag & ICANON) == 0) return;
    ::poll(nullptr, 0, 1);
  }
}

std::string TypedTerminal::upTo(const std::string& text) {
  char block[4096];
  size_t found;
  while ((found = shown_.find(text)) == std::string::npos) {
    const ssize_t count = ::read(terminal_, block, sizeof(block));
    if (count <= 0) return std::exchange(shown_, "");
    shown_.append(block, static_cast<size_t>(count));
  }
  const std::string before = shown_.substr(0, found + text.size());
  shown_.erase(0, before.size());
  return before;
}

int TypedTerminal::exitCode() {
  upTo("never shown");
  int status = 0;
  KJ_SYSCALL(::waitpid(child_, &status, 0));
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace brood::cli
