#pragma once
// Ready sandboxes without a language in them, and the background teardown of used ones.

#include <kj/async.h>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "host/tier.h"
#include "rpc/uv_event_port.h"
#include "supervisor/cgroup.h"
#include "supervisor/cgroup_store.h"
#include "supervisor/child_process.h"
#include "supervisor/lifeline.h"
#include "supervisor/metrics.h"
#include "supervisor/shared_host.h"
#include "supervisor/workspace_size.h"
#include "supervisor/zygote_host.h"

namespace brood {

// One sandbox: its init (PID 1 of its namespaces) and its cgroup. Used once.
struct Slot {
  uint32_t id = 0;
  std::optional<Lifeline> lifeline;  // Init's.
  kj::Own<ChildProcess> init;
  kj::Own<Cgroup> cgroup;
  uint32_t hostJobId = 0;   // uid and gid.
  LayerSet layers;          // Those of the slot itself and of its cgroup.
  WorkspaceSize workspace;  // As of now.
  // Goes before the cgroup, to which its pages are charged.
  OwnedFd workspaceFd;
  // Tier "process": the directory that this slot is. Else it is empty.
  std::string place;
  OwnedFd temporaryFd;

  // Whether the end of its init is the end of all of its processes.
  bool endsWithInit() const { return place.empty(); }
};

// What a slot is built with; a job may ask for other limits.
struct SlotLimits {
  CgroupLimits cgroup;
  WorkspaceSize workspace;
};

class SlotPool {
 public:
  // `builder` is the zygote that builds slots.
  SlotPool(UvEventPort& port, ZygoteHost& builder, CgroupDriver& cgroups,
           const SharedHost& sharedHost, Tier tier, const Config& config, SlotLimits defaultLimits,
           Metrics& metrics);
  ~SlotPool() noexcept(false);
  KJ_DISALLOW_COPY(SlotPool);

  // A ready slot, or the next one built. Rejects when it cannot be built.
  kj::Promise<kj::Own<Slot>> take();
  // Built now, for the caller: what a cold start is.
  kj::Promise<kj::Own<Slot>> build();

  // Kills everything in the slot and takes it apart in the background; its id (and with it its
  // host uid) is used again only when the kernel has reported the end of init and worker.
  void retire(kj::Own<Slot> slot, kj::Maybe<kj::Own<ChildProcess>> worker);

  // Starts or goes on filling up to the configured number of spare slots.
  void refill();
  // No more slots; resolves when every retired one is gone (bounded by the caller).
  kj::Promise<void> drain();

  // What zygotes are to apply: the policy without what this host does not have.
  LayerPolicy layersForZygotes() const {
    return sharedHost_.policyFor(withoutMissingCgroups(layers_, cgroups_.layers()));
  }
  const SharedHost& sharedHost() const { return sharedHost_; }

  size_t ready() const { return ready_.size(); }
  size_t target() const { return config_.spareSlots; }
  size_t tearingDown() const { return tearingDown_; }
  // For sandboxes to come.
  size_t groupsKept() const { return groups_.kept(); }

 private:
  struct HostIds {  // uid and gid alike.
    uint32_t init;
    uint32_t job;
  };
  HostIds hostIdsOf(uint32_t slotId) const;
  LayerSet layersOf(const ChildProcess& init) const;
  void fillRequest(wire::BuildSlot::Builder request, uint32_t id, const std::string& place) const;
  // When nothing of the slot is left. Both borrowed until then.
  static kj::Promise<void> whenGone(Slot& slot, kj::Maybe<kj::Own<ChildProcess>>& worker);
  kj::Promise<void> takeApart(kj::Own<Slot> slot, kj::Maybe<kj::Own<ChildProcess>> worker);
  void noteReady(kj::Own<Slot> slot);
  void dropDead(uint32_t id);
  uint32_t takeId();
  kj::Promise<kj::Own<Slot>> buildNext();
  // Takes over the lifeline if it succeeds.
  kj::Own<Slot> newSlot(uint32_t id, Lifeline& lifeline, std::string place,
                        kj::Own<ChildProcess> init);
  // Of a slot that nobody has told us of and that may exist all the same: ends it. Its id is used
  // again once it is gone.
  void giveBack(uint32_t id, std::shared_ptr<Lifeline> lifeline);
  kj::Promise<void> whenReleased(uint32_t id, std::shared_ptr<Lifeline> lifeline,
                                 kj::TimePoint giveUpAt);

  UvEventPort& port_;
  ZygoteHost& builder_;
  CgroupDriver& cgroups_;
  const SharedHost& sharedHost_;
  const SandboxConfig& config_;
  const LayerPolicy& layers_;
  const Tier tier_;
  SlotLimits defaultLimits_;
  CgroupStore groups_;
  Metrics& metrics_;
  std::deque<uint32_t> freeIds_;  // Oldest first, so that a uid rests before it is used again.
  std::deque<kj::Own<Slot>> ready_;
  size_t building_ = 0;  // By refill(): a slot built for a caller of take() is not a spare one.
  size_t tearingDown_ = 0;
  bool draining_ = false;
  bool pausedAfterFailure_ = false;
  std::vector<kj::Own<kj::PromiseFulfiller<void>>> drainWaiters_;
  kj::Own<kj::TaskSet::ErrorHandler> errorHandler_;
  kj::TaskSet tasks_;
};

}  // namespace brood
