#pragma once
// A process of ours that `brood serve` keeps: started, watched, signalled, never left behind.

#include <kj/async-io.h>
#include <sys/types.h>

#include <string>
#include <vector>

#include "rpc/owned_fd.h"
#include "rpc/uv_io.h"

namespace brood {

// How a process ended, as in waitid(2): CLD_EXITED and its code, or a signal's number.
struct ChildExit {
  bool signalled;
  int value;

  std::string text() const;  // "exited with code 1", "was killed by SIGKILL"
};

class ChildProcess {
 public:
  // Executes argv[0] with our environment and stderr, /dev/null as stdin and a pipe as stdout, in
  // a process group of its own (a terminal's Ctrl-C is for us to pass on) and to be sent SIGTERM
  // when we die. Throws CliError if it cannot be executed.
  ChildProcess(UvAsyncIo& io, const std::vector<std::string>& argv);
  // Kills what still runs, and reaps it.
  ~ChildProcess() noexcept(false);
  KJ_DISALLOW_COPY(ChildProcess);

  // Through the pidfd: it cannot reach another process. Harmless on one that has ended.
  void signal(int signalNumber) noexcept;
  kj::Promise<ChildExit> onExit() { return exit_.addBranch(); }
  // The parent's end of its stdout.
  kj::AsyncInputStream& output() { return *output_; }

 private:
  struct Spawned {
    OwnedFd pidfd;
    OwnedFd output;
  };
  static Spawned spawn(const std::vector<std::string>& argv);
  ChildProcess(UvAsyncIo& io, Spawned spawned);
  ChildExit reap();

  OwnedFd pidfd_;
  kj::Own<kj::AsyncInputStream> output_;
  bool reaped_ = false;
  UvFdObserver observer_;
  kj::ForkedPromise<ChildExit> exit_;
};

}  // namespace brood
