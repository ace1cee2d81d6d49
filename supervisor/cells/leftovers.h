#pragma once
// Takes what a context writes while nobody has asked it for anything, so that its threads and its
// servers are not held up by a full pipe, and keeps the end of it.

#include <kj/async.h>
#include <kj/timer.h>

#include <string>

#include "supervisor/sandboxes/worker_pipes.h"

namespace brood::supervisor {

class Leftovers {
 public:
  // Borrowed. Keeps so many bytes, of both streams together and in the order in which they came to
  // us.
  Leftovers(kj::Timer& timer, WorkerPipes& pipes, size_t mostBytes);
  KJ_DISALLOW_COPY(Leftovers);

  // From here on both pipes are read here and nowhere else; until stop(), which takes what they
  // hold at that moment.
  void start();
  void stop();
  // What has been kept, and nothing is any more.
  std::string take();

 private:
  kj::Promise<void> pump(int fd, UvFdObserver& observer);
  // False at end of file.
  bool readOnce(int fd, bool& wouldBlock);
  void drain(int fd);
  void keep(const char* bytes, size_t count);

  kj::Timer& timer_;
  WorkerPipes& pipes_;
  const size_t mostBytes_;
  std::string kept_;
  kj::Promise<void> pumping_[2] = {nullptr, nullptr};
};

}  // namespace brood::supervisor
