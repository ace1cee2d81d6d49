#pragma once
// Collects wait statuses of the supervisor's own children: zygotes, and, since the supervisor is a
// child subreaper, whatever a dead zygote leaves behind.

#include <kj/async.h>
#include <sys/types.h>

#include <cstdint>
#include <unordered_map>

#include "rpc/uv_event_port.h"

namespace brood {

// How a process ended, as its parent was told.
struct ProcessExit {
  bool known = false;  // false: the parent died before it could say.
  int waitStatus = 0;  // As of waitpid(2).
  // Of it and of the children it waited for, since it was forked; 0 if nobody said.
  uint64_t cpuMicros = 0;
};

class Reaper {
 public:
  // Makes this process a child subreaper (prctl(2)) and starts listening for SIGCHLD.
  explicit Reaper(UvEventPort& port);
  KJ_DISALLOW_COPY(Reaper);

  // For a child of ours, alive or ended but not yet asked about. Resolves with known = false if
  // the pid is not a child of ours any more.
  kj::Promise<ProcessExit> onExit(pid_t pid);

 private:
  kj::Promise<void> reapOnSignal();
  void reapAll();

  UvSignal childSignal_;
  std::unordered_map<pid_t, kj::Own<kj::PromiseFulfiller<ProcessExit>>> waiting_;
  // Ended before anybody asked: an orphan whose zygote's death we have not processed yet.
  std::unordered_map<pid_t, ProcessExit> unclaimed_;
  kj::Promise<void> task_;
};

}  // namespace brood
