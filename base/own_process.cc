#include "base/own_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

namespace brood {
namespace {

constexpr mode_t kUmask = 022;

// open(2) takes the lowest number that is free, so one after the other they come in order.
void fillStandardDescriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;
    const int opened = ::open("/dev/null", O_RDWR);
    // Where there is no /dev/null a directory does: to be written to it is not.
    if (opened < 0) ::open("/", O_RDONLY | O_DIRECTORY);
  }
}

}  // namespace

void startInOrder() noexcept {
  fillStandardDescriptors();
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGCHLD, SIG_DFL);
}

void startDaemonInOrder() noexcept {
  startInOrder();
  ::umask(kUmask);
  // To write beyond a limit of somebody else's is an error like others (setrlimit(2)).
  ::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace brood
