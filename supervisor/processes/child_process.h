#pragma once
// A process forked for us by a zygote: a slot's init or a worker.

#include <kj/async.h>
#include <sys/types.h>

#include "base/owned_fd.h"
#include "base/policy/layers.h"
#include "supervisor/processes/reaper.h"

namespace brood::supervisor {

// Owns the process: the destructor kills it through its pidfd. Its parent (the zygote, or we once
// the zygote is gone) reaps it.
class ChildProcess {
 public:
  // `forkedBy` is a zygote. `endSignal` is SIGKILL, or what it takes as its order to end others
  // first.
  ChildProcess(pid_t pid, pid_t forkedBy, OwnedFd pidfd, LayerSet layers,
               kj::Promise<ProcessExit> exit, int endSignal);
  ~ChildProcess() noexcept(false);
  KJ_DISALLOW_COPY(ChildProcess);

  pid_t pid() const { return pid_; }
  pid_t forkedBy() const { return forkedBy_; }
  int pidfd() const { return pidfd_.get(); }
  bool exited() const { return exited_; }
  // For a slot's init: the layers that the slot was built with.
  LayerSet layers() const { return layers_; }

  // Harmless on a process that has ended.
  void kill() noexcept;
  kj::Promise<ProcessExit> onExit() { return exit_.addBranch(); }

 private:
  pid_t pid_, forkedBy_;
  OwnedFd pidfd_;
  LayerSet layers_;
  const int endSignal_;
  bool exited_ = false;
  kj::ForkedPromise<ProcessExit> exit_;
  kj::Promise<void> noteExit_;
};

}  // namespace brood::supervisor
