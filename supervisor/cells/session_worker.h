#pragma once
// A worker of a session: one among several in the session's sandbox, which outlives it.

#include <kj/async.h>
#include <signal.h>

#include <vector>

#include "supervisor/sandboxes/worker_handle.h"

namespace brood::supervisor {

class SessionWorker;

// The workers of one session.
class SessionRoster {
 public:
  // From these all processes of the sandbox descend.
  std::vector<pid_t> roots(const Sandbox& sandbox) const;
  // Those among them that run no code of the session's.
  std::vector<pid_t> keepers(const Sandbox& sandbox) const;
  const std::vector<SessionWorker*>& all() const { return workers_; }

 private:
  friend class SessionWorker;
  std::vector<SessionWorker*> workers_;
};

// The destructor ends it, and all that it has started as far as that can be told. What has left its
// session (setsid(2)) after its parent's end lives as long as the sandbox does, where there is no
// keeper.
class SessionWorker {
 public:
  // It has parked, and its sandbox is somebody else's. The roster is borrowed.
  SessionWorker(SessionRoster& roster, kj::Own<WorkerHandle> worker);
  ~SessionWorker() noexcept(false);
  KJ_DISALLOW_COPY(SessionWorker);

  WorkerHandle& handle() { return *worker_; }
  WorkerChannel& channel() { return worker_->channel(); }
  WorkerPipes& pipes() { return worker_->pipes(); }
  pid_t leader() const { return leader_; }
  bool hasKeeper() const { return leader_ != worker_->pid(); }
  bool exited() const { return worker_->exited(); }
  kj::Promise<ProcessExit> onExit() { return worker_->onExit(); }

  // To its process group.
  void signal(int number) noexcept;
  void interrupt() noexcept { signal(SIGINT); }
  void end() noexcept;
  // It has ended, and what it has started may go on.
  void letGo() noexcept { isEnded_ = true; }
  // Whether the process comes from it. The process must not be able to end meanwhile.
  bool started(pid_t pid) const;

 private:
  SessionRoster& roster_;
  Sandbox& sandbox_;
  kj::Own<WorkerHandle> worker_;
  pid_t leader_;
  OwnedFd leaderPidfd_;  // Only of one with a keeper.
  bool isEnded_ = false;
};

}  // namespace brood::supervisor
