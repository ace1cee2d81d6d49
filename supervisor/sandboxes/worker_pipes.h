#pragma once
// The standard streams of a worker, as the supervisor holds them, and how all of its descriptors
// are made.

#include <kj/async.h>

#include "base/owned_fd.h"
#include "rpc/loop/uv_event_port.h"

namespace brood::supervisor {

// The descriptors that a worker is given at its fork; ours are kept, theirs are passed and closed.
struct WorkerEnds {
  OwnedFd channel, stdinWrite, stdoutRead, stderrRead;             // Ours, non-blocking.
  OwnedFd workerChannel, workerStdin, workerStdout, workerStderr;  // The worker's.

  void closeWorkers();
};
WorkerEnds newWorkerEnds();

class WorkerPipes {
 public:
  // Our ends, non-blocking.
  WorkerPipes(UvEventPort& port, OwnedFd stdinWrite, OwnedFd stdoutRead, OwnedFd stderrRead);
  KJ_DISALLOW_COPY(WorkerPipes);

  int stdoutFd() const { return stdout_.get(); }
  int stderrFd() const { return stderr_.get(); }
  UvFdObserver& stdoutObserver() { return stdoutObserver_; }
  UvFdObserver& stderrObserver() { return stderrObserver_; }
  // Writes and closes stdin. A job that does not read it, or closes it, is no error.
  kj::Promise<void> feedStdin(kj::ArrayPtr<const kj::byte> bytes);
  // Writes to stdin, and leaves it open. Rejects DISCONNECTED if nobody can read it any more. One
  // call at a time.
  kj::Promise<void> writeStdin(kj::ArrayPtr<const kj::byte> bytes);
  void closeStdin();
  bool isStdinOpen() const { return stdin_.get() >= 0; }

 private:
  UvEventPort& port_;
  OwnedFd stdin_, stdout_, stderr_;
  // Observers go before the descriptors they borrow.
  UvFdObserver stdoutObserver_, stderrObserver_;
  kj::Maybe<kj::Own<UvFdObserver>> stdinObserver_;
};

}  // namespace brood::supervisor
