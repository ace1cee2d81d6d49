#include "base/own_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace brood {
namespace {

// In a process of its own; what it answers is its exit code.
int inChild(const std::function<int()>& action) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(action());
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 200;
}

bool isNull(int fd) {
  struct stat info {
  }, null{};
  return ::fstat(fd, &info) == 0 && ::stat("/dev/null", &null) == 0 && info.st_rdev == null.st_rdev;
}

TEST(OwnProcess, HasAllStandardDescriptors) {
  // Each set of them, as bits.
  for (int closed = 0; closed < 8; ++closed) {
    EXPECT_EQ(inChild([closed] {
                const int other = ::open("/dev/zero", O_RDWR);
                for (int fd = 0; fd < 3; ++fd) ::dup2(other, fd);
                ::close(other);
                for (int fd = 0; fd < 3; ++fd) {
                  if (closed & (1 << fd)) ::close(fd);
                }
                startInOrder();
                int nulls = 0;
                for (int fd = 0; fd < 3; ++fd) nulls |= isNull(fd) ? 1 << fd : 0;
                // Inherited by what is executed.
                for (int fd = 0; fd < 3; ++fd) {
                  if (::fcntl(fd, F_GETFD) != 0) return 100;
                }
                return nulls;
              }),
              closed);
  }
}

TEST(OwnProcess, HearsSignalsAndCanWaitForChildren) {
  EXPECT_EQ(inChild([] {
              sigset_t all;
              ::sigfillset(&all);
              ::sigprocmask(SIG_SETMASK, &all, nullptr);
              ::signal(SIGCHLD, SIG_IGN);
              startInOrder();
              sigset_t now;
              ::sigprocmask(SIG_SETMASK, nullptr, &now);
              for (int number = 1; number < NSIG; ++number) {
                if (::sigismember(&now, number) == 1) return number;
              }
              const pid_t child = ::fork();
              if (child == 0) ::_exit(0);
              return ::waitpid(child, nullptr, 0) == child ? 0 : 101;
            }),
            0);
}

TEST(OwnProcess, ADaemonHasItsOwnUmask) {
  const auto umaskAfter = [](void (*start)() noexcept) {
    return inChild([start] {
      ::umask(0177);
      start();
      return static_cast<int>(::umask(0));
    });
  };
  EXPECT_EQ(umaskAfter(startDaemonInOrder), 022);
  EXPECT_EQ(umaskAfter(startInOrder), 0177);
}

}  // namespace
}  // namespace brood
