#include "zygote/worker/parked_program.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "zygote/layers/descriptors.h"
#include "zygote/layers/layer.h"

namespace brood::zygote {
namespace {

// A frame that fits into a pipe can be left in it for a reader who is not there yet.
int leaveForReader(const WorkerFrame& frame) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) return errno;
  const ssize_t written = ::write(ends[1], &frame, sizeof(frame));
  ::close(ends[1]);
  if (written != static_cast<ssize_t>(sizeof(frame))) return EIO;
  if (ends[0] == kParkedFrameFd) return errnoOf(::fcntl(ends[0], F_SETFD, 0));
  if (::dup2(ends[0], kParkedFrameFd) < 0) return errno;
  return errnoOf(::close(ends[0]));
}

}  // namespace

int become(const ParkedProgram& program, const WorkerFrame& parked) noexcept {
  if (int error = leaveForReader(parked)) return error;
  if (::fcntl(kWorkerChannelFd, F_SETFD, 0) < 0) return errno;
  kj::Vector<char*> argv, environment;
  for (const kj::String& word : program.argv) argv.add(const_cast<char*>(word.cStr()));
  for (const kj::String& variable : program.environment) {
    environment.add(const_cast<char*>(variable.cStr()));
  }
  argv.add(nullptr);
  environment.add(nullptr);
  ::execve(argv[0], argv.begin(), environment.begin());
  return errno;
}

}  // namespace brood::zygote
