#include "zygote/layers/descriptors.h"

#include <fcntl.h>
#include <unistd.h>

#include <climits>
#include <initializer_list>

#include "zygote/layers/layer.h"

namespace brood {

int keepOnlyWorkerDescriptors(const WorkerDescriptors& descriptors) {
  const auto& d = descriptors;
  // A source below the targets would be overwritten before it is moved.
  for (int fd : {d.channelFd, d.stdinFd, d.stdoutFd, d.stderrFd}) {
    if (fd <= kWorkerChannelFd) return EBADF;
  }
  if (::dup2(d.stdinFd, STDIN_FILENO) < 0) return errno;
  if (::dup2(d.stdoutFd, STDOUT_FILENO) < 0) return errno;
  if (::dup2(d.stderrFd, STDERR_FILENO) < 0) return errno;
  if (::dup3(d.channelFd, kWorkerChannelFd, O_CLOEXEC) < 0) return errno;
  return errnoOf(::close_range(kWorkerChannelFd + 1, UINT_MAX, 0));
}

}  // namespace brood
