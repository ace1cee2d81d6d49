#pragma once
// Parked workers of one profile, kept ready: at least `min_idle`, more as demand grows.

#include <kj/async.h>

#include <deque>
#include <list>

#include "config/config.h"
#include "rpc/calls/supervisor.capnp.h"
#include "supervisor/pools/pool_demand.h"
#include "supervisor/pools/pool_governor.h"
#include "supervisor/sandboxes/worker_starter.h"

namespace brood::supervisor {

// A worker for one job, and how the job got it. Dropping the lease retires the worker and lets its
// pool start another.
struct Lease {
  kj::Own<void> place;  // The pool's; empty for a cold start. Destroyed after the worker.
  kj::Own<WorkerHandle> worker;
  rpc::StartKind start = rpc::StartKind::HOT;
};

// Owned by its Profile.
class WarmPool {
 public:
  // All borrowed.
  WarmPool(kj::Timer& timer, ForkSource& zygote, WorkerLauncher& launcher, PoolGovernor& governor,
           const ProfileConfig& config);
  ~WarmPool() noexcept(false);
  KJ_DISALLOW_COPY(WarmPool);

  // Takes a parked worker; null if none is parked. `text` decides whether it is a primed one.
  kj::Maybe<Lease> acquireNow(kj::ArrayPtr<const kj::byte> text);
  // Wakes the worker that the next job of the same kind would get. Its CPU time is charged to no
  // job.
  void keepNextWarm();
  // A parked worker at once (hot), else the next one forked (warm). Waits in order; dropping the
  // promise gives the place up.
  kj::Promise<Lease> acquire(kj::ArrayPtr<const kj::byte> text);
  // Forks a worker for the caller even if some are parked (warm), whatever the pool's maximum.
  kj::Promise<Lease> forkNow();

  // Starts workers up to target plus waiting jobs, within the profile's maximum.
  void refill();
  // Retires parked workers that no job may be given to.
  void dropUnusable();
  // Retires what is parked and starts no more.
  void drain();
  bool isDraining() const { return draining_; }
  size_t idle() const { return idle_.size(); }
  size_t starting() const { return starting_; }
  // Out with a job.
  size_t leased() const { return leased_; }
  // Resolves when no worker is leased. One caller at a time.
  kj::Promise<void> whenNoneLeased();
  // How many jobs got their worker in which way.
  struct Starts {
    uint64_t hot = 0, warm = 0, cold = 0;
  };
  const Starts& starts() const { return starts_; }
  // Counts a job that started cold, outside of this pool, because the pool had no zygote.
  void noteColdStart() { ++starts_.cold; }
  // Jobs that wait for a worker.
  size_t waiting() const { return waiters_.size(); }
  size_t target() const { return target_; }
  // Jobs wait, or less is parked than the minimum.
  bool isNeedy() const { return !waiters_.empty() || idle_.size() < config_.minIdle; }

  // For PoolGovernor: the configured minimum and maximum, the recent demand, and setTarget().
  // Workers that are parked beyond a lower target are retired.
  size_t minimum() const { return config_.minIdle; }
  size_t atRest() const { return config_.targetIdle; }
  size_t most() const { return config_.mostIdle(); }
  size_t wanted(kj::TimePoint now) {
    largeWanted_ = largeDemand_.wanted(now);
    return demand_.wanted(now);
  }
  void setTarget(size_t target);

  // Primes one more worker for a large job, up to primedTarget(). The governor calls it while the
  // system is idle. False if there is nothing to do.
  bool primeNext();
  // The number of parked workers that are primed, and the number that should be.
  size_t primed() const;
  size_t primedTarget() const;

  // The minimum has been parked at least once.
  bool reachedMinimum() const { return reachedMinimum_; }

 private:
  // A job that waits for a worker; owned by the promise that acquire() returned.
  class Waiter;
  // One worker out on lease, counted while it lives.
  class Place;

  Lease lease(kj::Own<WorkerHandle> worker, rpc::StartKind start);
  using Idle = std::deque<kj::Own<WorkerHandle>>;

  void noteArrival(bool isLarge);
  // Returns the worker that acquireNow() would choose.
  Idle::iterator choose(bool isLarge);
  Idle::iterator firstUnprimed();
  // Returns the worker that a job like the last would get; nullptr if none is parked, or if it is
  // being primed, which rousing would abort.
  WorkerHandle* nextToRouse();
  void noteParked(kj::Own<WorkerHandle> worker);
  void noteStartFailure(kj::Exception&& exception);
  void dropDead(uint32_t sandboxId);
  // Whether its zygote has been succeeded. Such workers are replaced one by one.
  bool isOld(const WorkerHandle& worker) const;
  size_t countOld() const;
  bool dropOld();
  void startOne();
  size_t total() const { return idle_.size() + starting_ + leased_; }

  kj::Timer& timer_;
  ForkSource& zygote_;
  WorkerLauncher& launcher_;
  PoolGovernor& governor_;
  const ProfileConfig& config_;
  PoolDemand demand_, largeDemand_;  // For all jobs; for the large ones among them.
  size_t largeWanted_ = 0;           // The value at the last wanted().
  bool isLastLarge_ = false;
  size_t target_;
  // Oldest first. Primed workers are at the front, because priming takes the oldest unprimed one,
  // which an ordinary job would get last.
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
  kj::Canceler refills_;  // Workers of refill() on their way to being parked.
  kj::TaskSet tasks_;
};

}  // namespace brood::supervisor
