#pragma once
// One sandbox from its build to its end: its first process, its workers, and the meter of what
// they use. It is used once.
//
// Sandboxes differ in how they are killed and how their limits are enforced: see NamespaceSandbox
// and DirectorySandbox. SandboxFactory decides which of them a host gets.

#include <kj/async.h>

#include <optional>
#include <vector>

#include "base/owned_fd.h"
#include "config/config.h"
#include "config/job_limits.h"
#include "rpc/wire/zygote.capnp.h"
#include "supervisor/egress/egress_broker.h"
#include "supervisor/processes/child_process.h"
#include "supervisor/processes/lifeline.h"
#include "supervisor/sandboxes/encoded_job.h"
#include "supervisor/sandboxes/workspace_size.h"
#include "supervisor/usage/usage_meter.h"

namespace brood::supervisor {

struct SandboxParts {
  uint32_t id = 0;
  kj::Own<ChildProcess> init;  // PID 1 of its namespaces, or the caretaker of its directory.
  kj::Own<UsageMeter> meter;
  uint32_t hostJobId = 0;   // uid and gid.
  LayerSet layers;          // They hold for the sandbox and its cgroup.
  WorkspaceSize workspace;  // The current size.
};

class Sandbox {
 public:
  explicit Sandbox(SandboxParts parts) : parts_(kj::mv(parts)) {}
  virtual ~Sandbox() noexcept(false) = default;
  KJ_DISALLOW_COPY(Sandbox);

  uint32_t id() const { return parts_.id; }
  ChildProcess& init() const { return const_cast<ChildProcess&>(*parts_.init); }
  UsageMeter& meter() { return *parts_.meter; }
  // The caller gives it back to the pool after all processes have ended.
  kj::Own<UsageMeter> releaseMeter() { return kj::mv(parts_.meter); }
  const LayerSet& layers() const { return parts_.layers; }
  int workspaceFd() const { return workspaceFd_.get(); }
  // Init holds the other end.
  void keep(Lifeline lifeline) { lifeline_ = kj::mv(lifeline); }
  // Only a sandbox with network has a seat.
  void takeSeat(kj::Own<EgressSeat> seat) { seat_ = kj::mv(seat); }
  void leaveSeat() { seat_ = nullptr; }
  // nullptr: it has none.
  EgressSeat* seat() { return seat_.get(); }
  // Its network leads nowhere any more, whoever would get it.
  bool isOutdated() const { return seat_.get() != nullptr && !seat_->isCurrent(); }

  // Fills in the sandbox that a worker is forked into, and its limits for the time it is parked.
  virtual void fillFork(wire::ForkWorker::Builder fork, const LimitsConfig& limits) const;
  // Takes over a worker that has been forked into it.
  virtual ChildProcess& adopt(kj::Own<ChildProcess> worker);
  // Nobody has that worker any more, which goes on being part of the sandbox until it has ended.
  void dismiss(const ChildProcess& worker) { dismissed_.push_back(&worker); }
  // Call before handing over a job. Does nothing if the size is unchanged.
  void setWorkspaceSize(const WorkspaceSize& size);
  // Returns the rlimits that the worker sets for a job with these limits.
  virtual Backstops backstops(const JobLimits& limits) = 0;

  // Whether each worker has a parent that holds together what it starts, and ends with all of that.
  virtual bool hasKeepers() const { return false; }
  // Whether the process is part of this sandbox. The process must not be able to end meanwhile.
  virtual bool contains(pid_t pid) const = 0;
  // Counts the sockets of its network namespace; 0 if it shares the host's. One small read.
  uint64_t countSockets();
  // Counted memory plus the most that its sockets can hold.
  uint64_t heldBytes();

  // Kills every process of it at once; output already in the pipes stays readable.
  virtual void kill() noexcept = 0;
  // Resolves when every process of a killed sandbox that could run a job's code has ended.
  virtual kj::Promise<void> whenGone() = 0;
  // Kills all of it, and resolves when nothing of it is left.
  virtual kj::Promise<void> takeDown() = 0;

 protected:
  const std::vector<kj::Own<ChildProcess>>& workers() const { return workers_; }
  void killWorkers() noexcept;
  kj::Promise<void> whenWorkersGone();
  void openedWorkspace(OwnedFd fd) { workspaceFd_ = kj::mv(fd); }

 private:
  void forgetDismissed();
  virtual void resize(const WorkspaceSize& size) = 0;

  kj::Own<EgressSeat> seat_;
  std::optional<Lifeline> lifeline_;
  SandboxParts parts_;
  std::vector<kj::Own<ChildProcess>> workers_;
  std::vector<const ChildProcess*> dismissed_;  // Those among them that nobody has any more.
  OwnedFd sockstat_;                            // Opened by the first countSockets().
  // Destroyed before the meter, because the meter is charged for its pages.
  OwnedFd workspaceFd_;
};

}  // namespace brood::supervisor
