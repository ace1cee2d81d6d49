#include "supervisor/pools/warm_pool.h"

#include <kj/debug.h>

#include <algorithm>

#include "base/plain_text.h"
#include "supervisor/base/clock.h"
#include "supervisor/base/log_errors.h"

namespace brood::supervisor {
namespace {

constexpr auto kPauseAfterFailure = 500 * kj::MILLISECONDS;
// The number of workers that a pool has ready for the first large job in a minute.
constexpr size_t kLeastPrimed = 1;

}  // namespace

class WarmPool::Waiter {
 public:
  Waiter(kj::PromiseFulfiller<Lease>& fulfiller, WarmPool& pool)
      : fulfiller_(fulfiller),
        pool_(pool),
        place_(pool.waiters_.insert(pool.waiters_.end(), this)) {}
  ~Waiter() noexcept(false) {
    if (waiting_) pool_.waiters_.erase(place_);
  }
  KJ_DISALLOW_COPY(Waiter);

  void fulfill(Lease lease) {
    leave();
    fulfiller_.fulfill(kj::mv(lease));
  }
  void reject(kj::Exception&& exception) {
    leave();
    fulfiller_.reject(kj::mv(exception));
  }

 private:
  void leave() {
    pool_.waiters_.erase(place_);
    waiting_ = false;
  }

  kj::PromiseFulfiller<Lease>& fulfiller_;
  WarmPool& pool_;
  std::list<Waiter*>::iterator place_;
  bool waiting_ = true;
};

class WarmPool::Place {
 public:
  explicit Place(WarmPool& pool) : pool_(pool) { ++pool_.leased_; }
  ~Place() noexcept(false) {
    --pool_.leased_;
    pool_.refill();
    if (pool_.leased_ > 0) return;
    KJ_IF_MAYBE (waiting, pool_.noneLeased_) (*waiting)->fulfill();
  }
  KJ_DISALLOW_COPY(Place);

 private:
  WarmPool& pool_;
};

WarmPool::WarmPool(kj::Timer& timer, ForkSource& zygote, WorkerLauncher& launcher,
                   PoolGovernor& governor, const ProfileConfig& config)
    : timer_(timer),
      zygote_(zygote),
      launcher_(launcher),
      governor_(governor),
      config_(config),
      target_(config.targetIdle),
      errorHandler_(kj::heap<LogErrors>("warm pool " + config.name)),
      tasks_(*errorHandler_) {
  governor_.add(*this);
}

WarmPool::~WarmPool() noexcept(false) { governor_.remove(*this); }

Lease WarmPool::lease(kj::Own<WorkerHandle> worker, rpc::StartKind start) {
  ++(start == rpc::StartKind::HOT ? starts_.hot : starts_.warm);
  return Lease{kj::heap<Place>(*this), kj::mv(worker), start};
}

void WarmPool::noteArrival(bool isLarge) {
  const auto now = timer_.now();
  isLastLarge_ = isLarge;
  demand_.noteArrival(now);
  if (isLarge) largeDemand_.noteArrival(now);
  governor_.noteArrival(now);
}

// One that has been primed has more pages of its own, and is slower for a job that does not need
// them. Of those that are alike, the one that has parked last: its memory is in the CPU's caches
// rather than that of the others.
WarmPool::Idle::iterator WarmPool::choose(bool isLarge) {
  const auto unprimed = firstUnprimed();
  const bool isPrimed = isLarge && unprimed != idle_.begin();
  return std::prev(isPrimed ? unprimed : idle_.end());
}

WarmPool::Idle::iterator WarmPool::firstUnprimed() {
  return std::partition_point(idle_.begin(), idle_.end(), [](auto& worker) {
    return worker->priming() != WorkerHandle::Priming::none;
  });
}

kj::Maybe<Lease> WarmPool::acquireNow(kj::ArrayPtr<const kj::byte> text) {
  if (idle_.empty()) return nullptr;
  const bool isLarge = zygote_.isLargeJob(text);
  while (!idle_.empty()) {
    const auto chosen = choose(isLarge);
    auto worker = kj::mv(*chosen);
    idle_.erase(chosen);
    if (!worker->isUsable()) continue;  // Killed by somebody; its notice is still on its way.
    noteArrival(isLarge);
    return lease(kj::mv(worker), rpc::StartKind::HOT);
  }
  return nullptr;
}

WorkerHandle* WarmPool::nextToRouse() {
  if (idle_.empty()) return nullptr;
  auto& next = *choose(isLastLarge_);
  return next->priming() == WorkerHandle::Priming::underWay ? nullptr : next.get();
}

void WarmPool::keepNextWarm() {
  auto* next = nextToRouse();
  if (next == nullptr) return;
  next->channel().rouse();
  next->sandbox().meter().noteRoused();
}

size_t WarmPool::primedTarget() const {
  if (!zygote_.knowsLargeJobs() || target_ == 0 || governor_.isMemoryShort()) return 0;
  // One is left as it is, for the jobs that are not.
  return std::min(std::max(largeWanted_, kLeastPrimed), target_ - 1);
}

size_t WarmPool::primed() const {
  const auto end = std::partition_point(idle_.begin(), idle_.end(), [](auto& worker) {
    return worker->priming() == WorkerHandle::Priming::done;
  });
  return static_cast<size_t>(end - idle_.begin());
}

bool WarmPool::primeNext() {
  const auto next = firstUnprimed();
  if (next != idle_.begin()) {
    auto& last = *std::prev(next);
    if (last->priming() == WorkerHandle::Priming::underWay) last->notePrimed();
  }
  if (primed() >= primedTarget() || next == idle_.end()) return false;
  (*next)->prime();
  return true;
}

kj::Promise<Lease> WarmPool::acquire(kj::ArrayPtr<const kj::byte> text) {
  KJ_IF_MAYBE (parked, acquireNow(text)) return kj::mv(*parked);
  noteArrival(zygote_.isLargeJob(text));
  auto promise = kj::newAdaptedPromise<Lease, Waiter>(*this);
  refill();
  return promise;
}

kj::Promise<Lease> WarmPool::forkNow() {
  ++starting_;
  return launcher_.launch(zygote_)
      .attach(kj::defer([this]() { --starting_; }))
      .then([this](kj::Own<WorkerHandle> worker) {
        return lease(kj::mv(worker), rpc::StartKind::WARM);
      });
}

void WarmPool::refill() {
  if (draining_ || pausedAfterFailure_ || !zygote_.ready()) return;
  while (idle_.size() - countOld() + starting_ < target_ + waiters_.size() &&
         starting_ < governor_.startsAllowed(*this)) {
    if (total() >= config_.maxWorkers && !dropOld()) break;
    startOne();
  }
}

bool WarmPool::isOld(const WorkerHandle& worker) const {
  return zygote_.isLeaving(worker.forkedBy());
}

size_t WarmPool::countOld() const {
  if (!zygote_.isAnyLeaving()) return 0;
  return static_cast<size_t>(
      std::count_if(idle_.begin(), idle_.end(), [this](auto& worker) { return isOld(*worker); }));
}

bool WarmPool::dropOld() {
  if (!zygote_.isAnyLeaving()) return false;
  auto old =
      std::find_if(idle_.begin(), idle_.end(), [this](auto& worker) { return isOld(*worker); });
  if (old == idle_.end()) return false;
  auto dropped = kj::mv(*old);
  idle_.erase(old);
  return true;
}

void WarmPool::startOne() {
  ++starting_;
  const auto startedAt = timer_.now();
  auto started = refills_.wrap(kj::evalLater([this]() { return launcher_.launch(zygote_); }))
                     .attach(kj::defer([this]() { --starting_; }));
  tasks_.add(started
                 .then(
                     [this, startedAt](kj::Own<WorkerHandle> worker) {
                       demand_.noteRefill(timer_.now() - startedAt);
                       noteParked(kj::mv(worker));
                     },
                     [this](kj::Exception&& exception) { noteStartFailure(kj::mv(exception)); })
                 .then([this]() { governor_.noteStartEnded(); }));
}

void WarmPool::setTarget(size_t target) {
  if (draining_) return;
  target_ = target;
  while (idle_.size() > target_) idle_.pop_front();
  refill();
}

void WarmPool::noteParked(kj::Own<WorkerHandle> worker) {
  if (draining_) return;
  if (!worker->isUsable()) return refill();
  if (!waiters_.empty()) {
    waiters_.front()->fulfill(lease(kj::mv(worker), rpc::StartKind::WARM));
  } else {
    const uint32_t sandboxId = worker->sandbox().id();
    tasks_.add(worker->onExit().then([this, sandboxId](ProcessExit) { dropDead(sandboxId); }));
    idle_.push_back(kj::mv(worker));
    dropOld();
    if (idle_.size() >= config_.minIdle) reachedMinimum_ = true;
  }
}

void WarmPool::noteStartFailure(kj::Exception&& exception) {
  if (draining_) return;
  spdlog::warn("profile {}: a worker could not be started: {}", config_.name, plainText(exception));
  // The next zygote will ask for what is missing as soon as it is there.
  const bool hasDied = exception.getType() == kj::Exception::Type::DISCONNECTED;
  if (pausedAfterFailure_ || (hasDied && !zygote_.ready())) return;
  pausedAfterFailure_ = true;
  tasks_.add(timer_.afterDelay(kPauseAfterFailure).then([this]() {
    pausedAfterFailure_ = false;
    refill();
  }));
}

void WarmPool::dropDead(uint32_t sandboxId) {
  auto found = std::find_if(idle_.begin(), idle_.end(), [sandboxId](auto& worker) {
    return worker->sandbox().id() == sandboxId && worker->exited();
  });
  if (found == idle_.end()) return;
  auto dead = kj::mv(*found);
  idle_.erase(found);
  refill();
}

kj::Promise<void> WarmPool::whenNoneLeased() {
  if (leased_ == 0) return kj::READY_NOW;
  auto paf = kj::newPromiseAndFulfiller<void>();
  noneLeased_ = kj::mv(paf.fulfiller);
  return kj::mv(paf.promise);
}

void WarmPool::dropUnusable() {
  std::erase_if(idle_, [](auto& worker) { return !worker->isUsable(); });
  refill();
}

void WarmPool::drain() {
  draining_ = true;
  target_ = 0;
  idle_.clear();
  // Their slots go to the slot pool's teardown now, so that its drain waits for them too.
  refills_.cancel("the pool is closed");
  while (!waiters_.empty()) {
    waiters_.front()->reject(KJ_EXCEPTION(DISCONNECTED, "the pool is closed"));
  }
}

}  // namespace brood::supervisor
