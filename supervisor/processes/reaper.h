#pragma once
// Collects wait statuses of the supervisor's own children: zygotes, and, since the supervisor is a
// child subreaper, whatever a dead zygote leaves behind.

#include <kj/async.h>
#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>

#include "rpc/loop/uv_event_port.h"

namespace brood::supervisor {

// How a process ended, as its parent was told.
struct ProcessExit {
  bool known = false;  // false: the parent died before it could say.
  int waitStatus = 0;  // As of waitpid(2).
  // CPU time of the process and of the children it waited for, since it was forked; 0 if nobody
  // said.
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

  // A process that becomes our child should its zygote die, and that may end, and be reaped, before
  // we have heard of that. Its exit is kept for as long as this lives, and nobody else's is: to be
  // given up once the zygote has reported the end, after which the number may be another's.
  class Claim {
   public:
    Claim(Reaper& reaper, pid_t pid);
    ~Claim() noexcept(false);
    KJ_DISALLOW_COPY(Claim);

    // As Reaper::onExit. Once.
    kj::Promise<ProcessExit> onExit();

   private:
    friend class Reaper;
    Reaper& reaper_;
    const pid_t pid_;
    std::optional<ProcessExit> ended_;
    std::multimap<pid_t, Claim*>::iterator place_;
  };
  kj::Own<Claim> claim(pid_t pid) { return kj::heap<Claim>(*this, pid); }

 private:
  kj::Promise<void> reapOnSignal();
  void reapAll();
  void note(pid_t pid, const ProcessExit& exit);

  UvSignal childSignal_;
  std::unordered_map<pid_t, kj::Own<kj::PromiseFulfiller<ProcessExit>>> waiting_;
  std::multimap<pid_t, Claim*> claims_;  // Two, while one zygote reuses the number of another's.
  kj::Promise<void> task_;
};

}  // namespace brood::supervisor
