#include "supervisor/pools/pool_governor.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>

#include "supervisor/base/clock.h"
#include "supervisor/pools/warm_pool.h"

namespace brood::supervisor {
namespace {

constexpr auto kPauseAwake = 100 * kj::MILLISECONDS;
constexpr auto kPauseAsleep = 5 * kj::SECONDS;
// Forks of one zygote run one after another, but lock-down and pre-touch of one worker overlap
// with the fork of the next. More at once only delays the jobs that are running.
constexpr size_t kMaxStarting = 4;
// So long without a job, and one more worker is primed. As long, and it has been: that takes about
// 5 ms.
constexpr auto kQuiet = 10 * kj::MILLISECONDS;

size_t cores() {
  const long count = ::sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? static_cast<size_t>(count) : 1;
}

}  // namespace

PoolGovernor::PoolGovernor(kj::Timer& timer, size_t maxParked, MemoryPressure pressure)
    : timer_(timer),
      maxParked_(maxParked),
      pressure_(std::move(pressure)),
      cores_(cores()),
      looking_(look(kPauseAsleep).eagerlyEvaluate(nullptr)) {}

void PoolGovernor::remove(WarmPool& pool) {
  pools_.erase(std::remove(pools_.begin(), pools_.end(), &pool), pools_.end());
}

void PoolGovernor::noteArrival(kj::TimePoint now) {
  lastArrival_ = now;
  if (isAwake_) return;
  isAwake_ = true;
  looking_ = look(kPauseAwake).eagerlyEvaluate(nullptr);
}

kj::Promise<void> PoolGovernor::look(kj::Duration pause) {
  return timer_.afterDelay(pause).then([this]() {
    isAwake_ = setTargets();
    startPriming();
    return look(isAwake_ ? kPauseAwake : kPauseAsleep);
  });
}

void PoolGovernor::lookAtMemory() {
  const bool wasShort = isMemoryShort_;
  isMemoryShort_ = pressure_.isShort();
  if (isMemoryShort_ == wasShort) return;
  spdlog::warn("memory: {}", isMemoryShort_
                                 ? "the host is short of it; pools shrink to their minimum"
                                 : "enough again; pools grow to their targets");
}

bool PoolGovernor::setTargets() {
  lookAtMemory();
  const auto now = timer_.now();
  bool busy = false;
  size_t wantedBeyond = 0, least = 0;
  std::vector<size_t> wanted;
  for (auto* pool : pools_) {
    const size_t floor = isMemoryShort_ ? pool->minimum() : pool->atRest();
    const size_t demand = isMemoryShort_ ? floor : pool->wanted(now);
    busy = busy || demand > pool->atRest();
    wanted.push_back(std::clamp(demand, floor, std::max(floor, pool->most())));
    least += floor;
    wantedBeyond += wanted.back() - floor;
  }
  // Demand beyond the floors is cut for all in the same proportion.
  const size_t room = maxParked_ > least ? maxParked_ - least : 0;
  for (size_t i = 0; i < pools_.size(); ++i) {
    const size_t floor = isMemoryShort_ ? pools_[i]->minimum() : pools_[i]->atRest();
    size_t beyond = wanted[i] - floor;
    if (wantedBeyond > room) beyond = beyond * room / wantedBeyond;
    pools_[i]->setTarget(floor + beyond);
  }
  return busy;
}

size_t PoolGovernor::startsAllowed(const WarmPool& pool) const {
  size_t starting = 0, running = 0;
  for (auto* other : pools_) {
    if (other != &pool) starting += other->starting();
    running += other->leased();
  }
  if (pool.isNeedy()) return kMaxStarting;
  // At least one altogether: jobs that never end must not keep the pools empty.
  const size_t idleCores = cores_ > running ? cores_ - running : 0;
  const size_t allowed = std::clamp<size_t>(idleCores * 2, 1, kMaxStarting);
  return allowed > starting ? allowed - starting : 0;
}

void PoolGovernor::noteStartEnded() {
  auto byNeed = pools_;
  std::stable_sort(byNeed.begin(), byNeed.end(), [](auto* left, auto* right) {
    if (left->waiting() != right->waiting()) return left->waiting() > right->waiting();
    // Parked against target, without dividing.
    return left->idle() * right->target() < right->idle() * left->target();
  });
  for (auto* pool : byNeed) pool->refill();
  startPriming();
}

bool PoolGovernor::isQuiet() const {
  const bool isAnyBusy = std::any_of(pools_.begin(), pools_.end(), [](auto* pool) {
    return pool->starting() > 0 || pool->waiting() > 0;
  });
  return !isAnyBusy && timer_.now() - lastArrival_ >= kQuiet;
}

// Each job has its worker replaced, the end of which calls this again: so whenever it is not quiet,
// there is nothing to come back for.
void PoolGovernor::startPriming() {
  if (isPriming_ || isMemoryShort_) return;
  isPriming_ = true;
  priming_ = primeWhileQuiet().eagerlyEvaluate(nullptr);
}

kj::Promise<void> PoolGovernor::primeWhileQuiet() {
  return timer_.afterDelay(kQuiet).then([this]() -> kj::Promise<void> {
    const bool goesOn = isQuiet() && std::any_of(pools_.begin(), pools_.end(),
                                                 [](auto* pool) { return pool->primeNext(); });
    if (goesOn) return primeWhileQuiet();
    isPriming_ = false;
    return kj::READY_NOW;
  });
}

}  // namespace brood::supervisor
