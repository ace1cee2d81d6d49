#include "zygote/layers/descriptors.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <initializer_list>

#include "zygote/layers/layer.h"

namespace brood::zygote {
namespace {

// A pipe belongs to whoever made it, which is not the job; with this mode the job can open
// /dev/stdout and its like by name, in the pipe's own direction. The descriptors of a process are
// nobody else's to name.
int letJobReopen(int fd, mode_t mode) {
  struct stat info;
  if (::fstat(fd, &info) < 0) return errno;
  return S_ISFIFO(info.st_mode) ? errnoOf(::fchmod(fd, mode)) : 0;
}

}  // namespace

int placeWorkerDescriptors(const WorkerDescriptors& descriptors) {
  const auto& d = descriptors;
  // A source below the targets would be overwritten before it is moved.
  for (int fd : {d.channelFd, d.stdinFd, d.stdoutFd, d.stderrFd}) {
    if (fd <= kWorkerChannelFd) return EBADF;
  }
  if (int error = letJobReopen(d.stdinFd, 0444)) return error;
  if (int error = letJobReopen(d.stdoutFd, 0222)) return error;
  if (int error = letJobReopen(d.stderrFd, 0222)) return error;
  if (::dup2(d.stdinFd, STDIN_FILENO) < 0) return errno;
  if (::dup2(d.stdoutFd, STDOUT_FILENO) < 0) return errno;
  if (::dup2(d.stderrFd, STDERR_FILENO) < 0) return errno;
  return errnoOf(::dup3(d.channelFd, kWorkerChannelFd, O_CLOEXEC));
}

int closeAllOtherDescriptors() { return errnoOf(::close_range(kWorkerChannelFd + 1, UINT_MAX, 0)); }

}  // namespace brood::zygote
