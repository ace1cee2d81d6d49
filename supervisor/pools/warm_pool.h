#pragma once
// Parked workers of one profile, kept ready: at least a few, and as many as its jobs need.

#include <kj/async.h>

#include <deque>
#include <list>

#include "config/config.h"
#include "rpc/supervisor.capnp.h"
#include "supervisor/pool_demand.h"
#include "supervisor/pool_governor.h"
#include "supervisor/worker_handle.h"

namespace brood {

// A worker for one job, and how it was come by. Dropping it retires the worker and lets its pool
// fill the place.
struct Lease {
  kj::Own<void> place;  // Of the pool; empty for a cold start. Goes after the worker.
  kj::Own<WorkerHandle> worker;
  rpc::StartKind start = rpc::StartKind::HOT;
};

// Owned by its Profile.
class WarmPool {
 public:
  // All borrowed.
  WarmPool(UvEventPort& port, SlotPool& slots, WorkerStarter starter, PoolGovernor& governor,
           const ProfileConfig& config);
  ~WarmPool() noexcept(false);
  KJ_DISALLOW_COPY(WarmPool);

  // The zygote is created with this pool's refill as its ready callback, hence in two steps.
  void attachZygote(ForkSource& zygote) { zygote_ = &zygote; }

  // A parked worker; null if none is. Of several, one that suits a job with this text.
  kj::Maybe<Lease> acquireNow(kj::ArrayPtr<const kj::byte> text);
  // Whoever would be given to another job like the last is told that it may be on its way.
  void rouseNext();
  // The same when no job is on its way: what it takes is no job's.
  void keepNextWarm();
  // A parked worker at once (hot), else the next one forked (warm). Waits in order; dropping the
  // promise gives the place up.
  kj::Promise<Lease> acquire(kj::ArrayPtr<const kj::byte> text);
  // Forked for the caller whatever is parked (warm).
  kj::Promise<Lease> forkNow();

  // Starts workers up to target plus waiting jobs, within the profile's maximum.
  void refill();
  // Retires what is parked and starts no more.
  void drain();
  bool isDraining() const { return draining_; }
  size_t idle() const { return idle_.size(); }
  size_t starting() const { return starting_; }
  // Out with a job.
  size_t leased() const { return leased_; }
  // Resolves when none is. One caller at a time.
  kj::Promise<void> whenNoneLeased();
  // How many jobs got their worker in which way.
  struct Starts {
    uint64_t hot = 0, warm = 0, cold = 0;
  };
  const Starts& starts() const { return starts_; }
  // One that came by its worker elsewhere, since this pool had no zygote.
  void noteColdStart() { ++starts_.cold; }
  // Jobs that wait for a worker.
  size_t waiting() const { return waiters_.size(); }
  size_t target() const { return target_; }
  // Jobs wait, or less is parked than the minimum.
  bool isNeedy() const { return !waiters_.empty() || idle_.size() < config_.minIdle; }

  // For the governor: the configured bounds of the target, what the jobs of late ask for, and what
  // came of it. What is parked beyond a lower target is retired.
  size_t minimum() const { return config_.minIdle; }
  size_t atRest() const { return config_.targetIdle; }
  size_t most() const { return config_.mostIdle(); }
  size_t wanted(kj::TimePoint now) {
    largeWanted_ = largeDemand_.wanted(now);
    return demand_.wanted(now);
  }
  void setTarget(size_t target);

  // For the governor, while nothing is going on: one more worker is primed for a large job, up to as
  // many as the large jobs of late ask for. False if there is nothing to do.
  bool primeNext();
  // Of those that are parked; and how many of them are to be.
  size_t primed() const;
  size_t primedTarget() const;

  // The minimum has been parked at least once.
  bool reachedMinimum() const { return reachedMinimum_; }

 private:
  // A job that waits for a worker; lives inside the promise it was promised.
  class Waiter;
  // One worker out on lease, counted while it lives.
  class Place;

  kj::Promise<kj::Own<WorkerHandle>> startWorker();
  Lease lease(kj::Own<WorkerHandle> worker, rpc::StartKind start);
  using Idle = std::deque<kj::Own<WorkerHandle>>;

  void noteArrival(bool isLarge);
  // The one that such a job gets.
  Idle::iterator choose(bool isLarge);
  Idle::iterator firstUnprimed();
  // That for another job like the last; nullptr if there is none, or it is being primed, which would
  // stop.
  WorkerHandle* nextToRouse();
  void noteParked(kj::Own<WorkerHandle> worker);
  void noteStartFailure(kj::Exception&& exception);
  void dropDead(uint32_t slotId);
  // Parked, and forked by a zygote that has been succeeded: each makes room for one that was not.
  bool isOld(const WorkerHandle& worker) const;
  size_t countOld() const;
  bool dropOld();
  void startOne();
  size_t total() const { return idle_.size() + starting_ + leased_; }

  UvEventPort& port_;
  SlotPool& slots_;
  WorkerStarter starter_;
  PoolGovernor& governor_;
  const ProfileConfig& config_;
  PoolDemand demand_, largeDemand_;  // For all jobs; for the large ones among them.
  size_t largeWanted_ = 0;           // When it was last looked at.
  bool isLastLarge_ = false;
  size_t target_;
  ForkSource* zygote_ = nullptr;
  // In the order in which they have parked. Those that have been primed come first, for it is the oldest
  // of the others that is primed next: the one that a job which needs none would get last.
  Idle idle_;
  std::list<Waiter*> waiters_;
  size_t starting_ = 0;
  size_t leased_ = 0;
  kj::Maybe<kj::Own<kj::PromiseFulfiller<void>>> noneLeased_;
  Starts starts_;
  bool draining_ = false;
  bool pausedAfterFailure_ = false;
  bool reachedMinimum_ = false;
  kj::Own<kj::TaskSet::ErrorHandler> errorHandler_;
  kj::Canceler refills_;  // Of refill(): workers on their way to being parked.
  kj::TaskSet tasks_;
};

}  // namespace brood
