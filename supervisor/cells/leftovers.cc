#include "supervisor/cells/leftovers.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace brood::supervisor {
namespace {

constexpr size_t kReadBytes = 64 * 1024;
// One that writes without end between its cells gets a pipe's content in this time, and no more of
// the supervisor's.
constexpr auto kPause = 10 * kj::MILLISECONDS;

}  // namespace

Leftovers::Leftovers(kj::Timer& timer, WorkerPipes& pipes, size_t mostBytes)
    : timer_(timer), pipes_(pipes), mostBytes_(mostBytes) {}

void Leftovers::start() {
  const auto ignore = [](kj::Exception&&) {};
  pumping_[0] = pump(pipes_.stdoutFd(), pipes_.stdoutObserver()).eagerlyEvaluate(ignore);
  pumping_[1] = pump(pipes_.stderrFd(), pipes_.stderrObserver()).eagerlyEvaluate(ignore);
}

void Leftovers::stop() {
  for (auto& pumping : pumping_) pumping = nullptr;
  drain(pipes_.stdoutFd());
  drain(pipes_.stderrFd());
}

std::string Leftovers::take() {
  std::string taken;
  taken.swap(kept_);
  return taken;
}

kj::Promise<void> Leftovers::pump(int fd, UvFdObserver& observer) {
  return observer.whenReadable().then([this, fd, &observer]() -> kj::Promise<void> {
    bool wouldBlock = false;
    if (!readOnce(fd, wouldBlock)) return kj::READY_NOW;
    if (wouldBlock) return pump(fd, observer);
    return timer_.afterDelay(kPause).then([this, fd, &observer]() { return pump(fd, observer); });
  });
}

bool Leftovers::readOnce(int fd, bool& wouldBlock) {
  char buffer[kReadBytes];
  ssize_t count;
  do {
    count = ::read(fd, buffer, sizeof(buffer));
  } while (count < 0 && errno == EINTR);
  wouldBlock = count < 0 && errno == EAGAIN;
  if (wouldBlock) return true;
  if (count <= 0) return false;
  keep(buffer, static_cast<size_t>(count));
  return true;
}

// No more than is there now: who goes on writing does not keep us.
void Leftovers::drain(int fd) {
  int present = 0;
  if (::ioctl(fd, FIONREAD, &present) < 0) return;
  for (bool wouldBlock = false; present > 0; present -= static_cast<int>(kReadBytes)) {
    if (!readOnce(fd, wouldBlock) || wouldBlock) return;
  }
}

void Leftovers::keep(const char* bytes, size_t count) {
  const size_t taken = std::min(count, mostBytes_);
  if (kept_.size() + taken > mostBytes_) kept_.erase(0, kept_.size() + taken - mostBytes_);
  kept_.append(bytes + (count - taken), taken);
}

}  // namespace brood::supervisor
