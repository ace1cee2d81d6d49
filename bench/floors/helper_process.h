#pragma once
// A forked child that serves one end of a socket pair: the other side of a measurement.

#include <sys/types.h>

#include <functional>

#include "base/owned_fd.h"

namespace brood::bench {

// Create while the process is small and has one thread: the child is a copy of it.
class HelperProcess {
 public:
  // `serve` runs in the child with its end of a stream socket, and returns at end of file.
  explicit HelperProcess(const std::function<void(int fd)>& serve);
  // Ends the child's socket and waits for the child.
  ~HelperProcess();
  HelperProcess(const HelperProcess&) = delete;
  HelperProcess& operator=(const HelperProcess&) = delete;

  // Our end. Borrowed.
  int fd() const { return ours_.get(); }

 private:
  OwnedFd ours_;
  pid_t pid_ = -1;
};

}  // namespace brood::bench
