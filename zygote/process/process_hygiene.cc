#include "zygote/process/process_hygiene.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <kj/common.h>
#include <kj/debug.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/owned_fd.h"
#include "zygote/layers/rlimits.h"

namespace brood::zygote {
namespace {

void requireSocket(int fd) {
  struct stat info;
  KJ_SYSCALL(::fstat(fd, &info), "the control socket must be descriptor", fd);
  KJ_REQUIRE(S_ISSOCK(info.st_mode), "the control descriptor is not a socket", fd);
}

// After execve a disposition is default or ignored, and only the latter was somebody's wish.
void restoreIgnoredSignals() {
  for (int signalNumber = 1; signalNumber < NSIG; ++signalNumber) {
    struct sigaction action;
    if (::sigaction(signalNumber, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) {
      ::signal(signalNumber, SIG_DFL);
    }
  }
  sigset_t none;
  sigemptyset(&none);
  KJ_SYSCALL(::sigprocmask(SIG_SETMASK, &none, nullptr));
}

// Workers inherit this memory, and /proc/PID/cmdline shows it to their jobs.
void showOnlyName(const char* name, char** argv) {
  size_t room = std::strlen(argv[0]);
  for (char** argument = argv + 1; *argument != nullptr; ++argument) {
    std::memset(*argument, 0, std::strlen(*argument));
  }
  std::memset(argv[0], 0, room);
  std::memcpy(argv[0], name, std::min(room, std::strlen(name)));
}

// 0 if it has ended.
pid_t parentOf(pid_t pid) {
  char path[32], text[512] = {};
  std::snprintf(path, sizeof(path), "/proc/%d/stat", pid);
  OwnedFd file(::open(path, O_RDONLY | O_CLOEXEC));
  if (!file || ::read(file.get(), text, sizeof(text) - 1) <= 0) return 0;
  // The name before it may hold anything.
  const char* afterName = std::strrchr(text, ')');
  int parent = 0;
  if (afterName == nullptr || std::sscanf(afterName, ") %*c %d", &parent) != 1) return 0;
  return parent;
}

}  // namespace

void startClean(const char* name, int controlFd, char** argv) {
  requireSocket(controlFd);
  KJ_SYSCALL(::close_range(controlFd + 1, UINT_MAX, 0));
  restoreIgnoredSignals();
  forbidCoreDumps();
  // A terminal's Ctrl-C is the supervisor's to act on. EPERM: we lead a group already.
  ::setsid();
  // EPERM: the user namespace of an ordinary user, in which groups cannot be changed.
  if (::geteuid() == 0 && ::setgroups(0, nullptr) < 0) {
    KJ_REQUIRE(errno == EPERM, "cannot drop the supplementary groups", strerror(errno));
  }
  KJ_SYSCALL(::chdir("/"));
  ::umask(022);
  showOnlyName(name, argv);
  KJ_SYSCALL(::prctl(PR_SET_NAME, name));
  KJ_SYSCALL(::prctl(PR_SET_DUMPABLE, 0));
  // Follows the thread that started us, so it comes on top of watching the control socket.
  KJ_SYSCALL(::prctl(PR_SET_PDEATHSIG, SIGKILL));
}

unsigned countThreads() {
  // A directory has two links and one for each directory in it; here these are the threads
  // (proc_task_getattr(), fs/proc/base.c). Listing them would cost each fork ten times as much.
  constexpr nlink_t kOfItself = 2;
  struct stat tasks;
  KJ_SYSCALL(::stat("/proc/self/task", &tasks));
  KJ_REQUIRE(tasks.st_nlink > kOfItself, "/proc/self/task does not count threads", tasks.st_nlink);
  return static_cast<unsigned>(tasks.st_nlink - kOfItself);
}

std::vector<pid_t> childrenOfThisProcess() {
  std::vector<pid_t> children;
  DIR* processes = ::opendir("/proc");
  KJ_REQUIRE(processes != nullptr, "cannot open /proc", strerror(errno));
  KJ_DEFER(::closedir(processes));
  while (dirent* entry = ::readdir(processes)) {
    const pid_t pid = std::atoi(entry->d_name);
    if (pid > 0 && parentOf(pid) == ::getpid()) children.push_back(pid);
  }
  return children;
}

}  // namespace brood::zygote
