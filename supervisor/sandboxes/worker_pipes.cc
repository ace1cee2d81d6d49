#include "supervisor/sandboxes/worker_pipes.h"

#include <errno.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <unistd.h>

#include <tuple>

#include "rpc/wire/fd_passing.h"
#include "supervisor/sandboxes/write_all.h"

namespace brood::supervisor {
namespace {

void setNonBlocking(int fd) {
  int flags;
  KJ_SYSCALL(flags = ::fcntl(fd, F_GETFL));
  KJ_SYSCALL(::fcntl(fd, F_SETFL, flags | O_NONBLOCK));
}

}  // namespace

void WorkerEnds::closeWorkers() {
  for (auto* fd : {&workerChannel, &workerStdin, &workerStdout, &workerStderr}) fd->reset();
}

WorkerEnds newWorkerEnds() {
  WorkerEnds ends;
  std::tie(ends.channel, ends.workerChannel) = newStreamPair();
  std::tie(ends.workerStdin, ends.stdinWrite) = newPipe();
  std::tie(ends.stdoutRead, ends.workerStdout) = newPipe();
  std::tie(ends.stderrRead, ends.workerStderr) = newPipe();
  // The two ends of a pipe are separate open file descriptions: the worker's stay blocking.
  for (int fd :
       {ends.channel.get(), ends.stdinWrite.get(), ends.stdoutRead.get(), ends.stderrRead.get()}) {
    setNonBlocking(fd);
  }
  return ends;
}

WorkerPipes::WorkerPipes(UvEventPort& port, OwnedFd stdinWrite, OwnedFd stdoutRead,
                         OwnedFd stderrRead)
    : port_(port),
      stdin_(kj::mv(stdinWrite)),
      stdout_(kj::mv(stdoutRead)),
      stderr_(kj::mv(stderrRead)),
      stdoutObserver_(port, stdout_.get(), UvFdObserver::Interest::read),
      stderrObserver_(port, stderr_.get(), UvFdObserver::Interest::read) {}

void WorkerPipes::closeStdin() {
  stdinObserver_ = nullptr;
  stdin_.reset();
}

kj::Promise<void> WorkerPipes::feedStdin(kj::ArrayPtr<const kj::byte> bytes) {
  const int fd = stdin_.get();
  // Input that fits into the pipe needs no polling, which is nearly every job's.
  ssize_t count = bytes.size() == 0 ? 0 : ::write(fd, bytes.begin(), bytes.size());
  if (count < 0 && errno != EAGAIN && errno != EINTR) count = static_cast<ssize_t>(bytes.size());
  if (count > 0) bytes = bytes.slice(static_cast<size_t>(count), bytes.size());
  if (bytes.size() == 0) {
    closeStdin();
    return kj::READY_NOW;
  }
  auto observer = kj::heap<UvFdObserver>(port_, fd, UvFdObserver::Interest::write);
  auto& borrowed = *observer;
  stdinObserver_ = kj::mv(observer);
  return writeAll(fd, borrowed, bytes).catch_([](kj::Exception&&) {}).then([this]() {
    closeStdin();
  });
}

kj::Promise<void> WorkerPipes::writeStdin(kj::ArrayPtr<const kj::byte> bytes) {
  KJ_IF_MAYBE (observer, stdinObserver_) return writeAll(stdin_.get(), **observer, bytes);
  auto& observer = stdinObserver_.emplace(
      kj::heap<UvFdObserver>(port_, stdin_.get(), UvFdObserver::Interest::write));
  return writeAll(stdin_.get(), *observer, bytes);
}

}  // namespace brood::supervisor
