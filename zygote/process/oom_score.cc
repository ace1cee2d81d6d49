#include "zygote/process/oom_score.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "base/owned_fd.h"

namespace brood::zygote {
namespace {

// The most there is (proc_pid_oom_score_adj(5)).
constexpr char kFirst[] = {'1', '0', '0', '0'};

int writeScore(int fd) {
  if (fd < 0) return errno;
  const OwnedFd file(fd);
  return ::write(file.get(), kFirst, sizeof(kFirst)) == sizeof(kFirst) ? 0 : errno;
}

}  // namespace

int beEndedFirst() { return writeScore(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)); }

int haveEndedFirst(int procFd, pid_t pid) {
  char path[48];
  std::snprintf(path, sizeof(path), "%d/oom_score_adj", pid);
  return writeScore(::openat(procFd, path, O_WRONLY | O_CLOEXEC));
}

}  // namespace brood::zygote
