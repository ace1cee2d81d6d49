#pragma once
// A process of ours that `brood serve` keeps: started, watched, signalled, never left behind.

#include <kj/async-io.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/owned_fd.h"
#include "rpc/loop/uv_io.h"

namespace brood::cli {

// How a process ended, as in waitid(2): CLD_EXITED and its code, or a signal's number.
struct ChildExit {
  bool signalled;
  int value;

  std::string text() const;  // "exited with code 1", "was killed by SIGKILL"
};

class ServedProcess {
 public:
  // Executes argv[0] with our environment, or with `environment`, and our stderr, /dev/null as
  // stdin and a pipe as stdout, in a process group of its own (a terminal's Ctrl-C is for us to
  // pass on) and to be sent SIGTERM when we die. Throws CliError if it cannot be executed.
  explicit ServedProcess(UvAsyncIo& io, const std::vector<std::string>& argv,
                         const std::optional<std::vector<std::string>>& environment = {});
  // Kills what still runs, and reaps it.
  ~ServedProcess() noexcept(false);
  KJ_DISALLOW_COPY(ServedProcess);

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
  static Spawned spawn(const std::vector<std::string>& argv,
                       const std::optional<std::vector<std::string>>& environment);
  ServedProcess(UvAsyncIo& io, Spawned spawned);
  ChildExit reap();

  OwnedFd pidfd_;
  kj::Own<kj::AsyncInputStream> output_;
  bool reaped_ = false;
  UvFdObserver observer_;
  kj::ForkedPromise<ChildExit> exit_;
};

}  // namespace brood::cli
