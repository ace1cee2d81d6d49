#pragma once
// Ready sandboxes without a language in them, and the background teardown of used ones.

#include <kj/async.h>
#include <kj/timer.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "host/tier.h"
#include "supervisor/base/metrics.h"
#include "supervisor/egress/egress_broker.h"
#include "supervisor/processes/lifeline.h"
#include "supervisor/sandboxes/sandbox_factory.h"
#include "supervisor/sandboxes/slot_ids.h"
#include "supervisor/sandboxes/slot_lease.h"
#include "supervisor/usage/cgroup_store.h"
#include "supervisor/zygotes/fork_source.h"

namespace brood::supervisor {

// The limits that a slot is built with; a job may ask for others.
struct SlotLimits {
  UsageLimits cgroup;
  WorkspaceSize workspace;
};

// All sandboxes of a pool are alike: they have network, or they have not.
class SlotPool final : public SandboxOwner {
 public:
  // All borrowed but for the factory. `builder` is the zygote that builds slots.
  SlotPool(kj::Timer& timer, ForkSource& builder, CgroupDriver& cgroups, SandboxFactory factory,
           Tier tier, const Config& config, SlotLimits defaultLimits, Metrics& metrics);
  // A pool of sandboxes with network, whose numbers are not those of the sibling's sandboxes.
  // Borrowed, both.
  SlotPool(SlotPool& sibling, EgressBroker& egress);
  ~SlotPool() noexcept(false);
  KJ_DISALLOW_COPY(SlotPool);

  // A ready slot, or the next one built. Waits while the builder is being restarted. Rejects when
  // the slot cannot be built.
  kj::Promise<SlotLease> take();
  // Built now, for the caller: what a cold start is.
  kj::Promise<SlotLease> build();

  // Its id (and with it its host uid) is used again only when the kernel has reported the end of
  // init and workers.
  void retire(kj::Own<Sandbox> slot) override;

  // Starts or goes on filling up to the number of spare slots.
  void refill();
  // The configured number unless it is said here.
  void setTarget(uint32_t spareSlots);
  // Retires the spare ones whose network is worth nothing any more.
  void dropOutdated();
  // No more slots; resolves when every retired one is gone (bounded by the caller).
  kj::Promise<void> drain();

  size_t ready() const { return ready_.size(); }
  size_t target() const { return spareSlots_; }
  size_t tearingDown() const { return tearingDown_; }
  // For sandboxes to come.
  size_t groupsKept() const { return groups_->kept(); }

 private:
  struct HostIds {  // uid and gid alike.
    uint32_t init;
    uint32_t job;
  };
  HostIds hostIdsOf(uint32_t slotId) const;
  LayerSet layersOf(const ChildProcess& init) const;
  struct Order;

  void fillRequest(wire::BuildSlot::Builder request, const Order& order) const;
  kj::Promise<void> takeApart(kj::Own<Sandbox> slot);
  void noteReady(kj::Own<Sandbox> slot);
  void dropDead(uint32_t id);
  kj::Promise<void> whenBuildable();
  kj::Promise<kj::Own<Sandbox>> buildNext();
  // Hands the sockets that listen in it to the broker.
  kj::Promise<kj::Own<Sandbox>> seat(kj::Own<Sandbox> slot, Order& order);
  // Again, if the builder dies under it.
  kj::Promise<kj::Own<Sandbox>> buildSurely(uint32_t attemptsLeft);
  // Takes over the lifeline if it succeeds.
  kj::Own<Sandbox> newSlot(Order& order, kj::Own<ChildProcess> init);
  // The build failed on our side but a slot may exist: end it by its lifeline and free the id once
  // it is gone.
  void giveBack(uint32_t id, std::shared_ptr<Lifeline> lifeline);
  kj::Promise<void> whenReleased(uint32_t id, std::shared_ptr<Lifeline> lifeline,
                                 kj::TimePoint giveUpAt);

  kj::Timer& timer_;
  ForkSource& builder_;
  CgroupDriver& cgroups_;
  const SandboxFactory factory_;
  const SandboxConfig& config_;
  const LayerPolicy& layers_;
  const Tier tier_;
  SlotLimits defaultLimits_;
  const std::shared_ptr<CgroupStore> groups_;
  Metrics& metrics_;
  const std::shared_ptr<SlotIds> ids_;
  EgressBroker* const egress_;  // nullptr: sandboxes without network.
  uint32_t spareSlots_;
  std::deque<kj::Own<Sandbox>> ready_;
  size_t building_ = 0;  // By refill(): a slot built for a caller of take() is not a spare one.
  size_t tearingDown_ = 0;
  bool draining_ = false;
  bool pausedAfterFailure_ = false;
  std::vector<kj::Own<kj::PromiseFulfiller<void>>> drainWaiters_;
  kj::Own<kj::TaskSet::ErrorHandler> errorHandler_;
  kj::TaskSet tasks_;
};

// The sandboxes without network, and those with it where jobs may have it. Borrowed, both.
struct SlotPools {
  SlotPool& plain;
  SlotPool* outbound;

  size_t ready() const { return plain.ready() + (outbound ? outbound->ready() : 0); }
  size_t target() const { return plain.target() + (outbound ? outbound->target() : 0); }
  size_t tearingDown() const {
    return plain.tearingDown() + (outbound ? outbound->tearingDown() : 0);
  }
  // They share their groups.
  size_t groupsKept() const { return plain.groupsKept(); }
  void refill() const;
  kj::Promise<void> drain() const;
};

}  // namespace brood::supervisor
