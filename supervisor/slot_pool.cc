#include "supervisor/slot_pool.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>

#include "supervisor/clock.h"
#include "supervisor/log_errors.h"
#include "supervisor/posix.h"

namespace brood {
namespace {

// Each slot owns two host ids: its init's and its job's.
constexpr uint32_t kIdsPerSlot = 2;
// How long the kernel may take to end a killed sandbox before we say that it is stuck.
constexpr auto kTeardownBound = 30 * kj::SECONDS;
// Between two looks whether the init of a slot that was never reported is gone.
constexpr auto kReleaseInterval = 10 * kj::MILLISECONDS;
// After a slot could not be built, before the next try in the background.
constexpr auto kPauseAfterFailure = 500 * kj::MILLISECONDS;

}  // namespace

SlotPool::SlotPool(UvEventPort& port, ZygoteHost& builder, CgroupDriver& cgroups,
                   const SharedHost& sharedHost, Tier tier, const Config& config,
                   SlotLimits defaultLimits, Metrics& metrics)
    : port_(port),
      builder_(builder),
      cgroups_(cgroups),
      sharedHost_(sharedHost),
      config_(config.sandbox),
      layers_(config.layers),
      tier_(tier),
      defaultLimits_(defaultLimits),
      groups_(cgroups, port.timer(), config.techniques.reuseCgroups, defaultLimits.cgroup),
      metrics_(metrics),
      errorHandler_(kj::heap<LogErrors>("slot pool")),
      tasks_(*errorHandler_) {
  for (uint32_t id = 0; id < config_.maxSlots; ++id) freeIds_.push_back(id);
}

SlotPool::~SlotPool() noexcept(false) = default;

uint32_t SlotPool::takeId() {
  KJ_REQUIRE(!freeIds_.empty(), "all sandboxes are in use (sandbox.max_slots)", config_.maxSlots);
  const uint32_t id = freeIds_.front();
  freeIds_.pop_front();
  return id;
}

// In an ordinary user's namespace there is one id, which is 0.
SlotPool::HostIds SlotPool::hostIdsOf(uint32_t slotId) const {
  if (tier_ != Tier::root) return {0, 0};
  const uint32_t first =
      config_.uidBase + (layers_.isOn(Layer::uidPerSlot) ? slotId * kIdsPerSlot : 0);
  return {first, first + 1};
}

LayerSet SlotPool::layersOf(const ChildProcess& init) const {
  LayerSet layers = init.layers() | cgroups_.layers();
  if (tier_ == Tier::root && layers_.isOn(Layer::uidPerSlot)) layers.add(Layer::uidPerSlot);
  return layers;
}

void SlotPool::fillRequest(wire::BuildSlot::Builder request, uint32_t id,
                           const std::string& place) const {
  request.setPlace(place);
  const HostIds hostIds = hostIdsOf(id);
  request.setSlotId(id);
  // The same in each: the template's /etc/hosts resolves it, and it tells a job nothing.
  request.setHostname("sandbox");
  request.setHostInitUid(hostIds.init);
  request.setHostInitGid(hostIds.init);
  request.setHostJobUid(hostIds.job);
  request.setHostJobGid(hostIds.job);
  request.setWorkspaceBytes(defaultLimits_.workspace.bytes);
  request.setWorkspaceInodes(defaultLimits_.workspace.inodes);
  request.setTmpBytes(config_.tmpBytes);
  request.setTmpInodes(config_.tmpInodes);
  request.setShmBytes(config_.shmBytes);
  request.setShmInodes(config_.shmInodes);
}

// In the background: a caller who leaves must not take a half-built slot, and its id, with it.
kj::Promise<kj::Own<Slot>> SlotPool::build() {
  auto paf = kj::newPromiseAndFulfiller<kj::Own<Slot>>();
  auto caller =
      std::make_shared<kj::Own<kj::PromiseFulfiller<kj::Own<Slot>>>>(kj::mv(paf.fulfiller));
  tasks_.add(
      kj::evalNow([this]() { return buildNext(); })
          .then(
              [this, caller](kj::Own<Slot> slot) {
                if (!(*caller)->isWaiting()) return retire(kj::mv(slot), nullptr);
                (*caller)->fulfill(kj::mv(slot));
              },
              [caller](kj::Exception&& exception) { (*caller)->reject(kj::mv(exception)); }));
  return kj::mv(paf.promise);
}

kj::Promise<kj::Own<Slot>> SlotPool::buildNext() {
  auto lifeline = std::make_shared<Lifeline>();
  const uint32_t id = takeId();
  const int initEnd = lifeline->initEnd();
  std::string place = sharedHost_.isUsed() ? sharedHost_.newPlace() : "";
  const auto startedAt = monotonicNow();
  return builder_
      .request([&](auto request) { fillRequest(request.initBuildSlot(), id, place); },
               kj::arrayPtr(&initEnd, 1))
      .then([this, id, startedAt, lifeline, place](kj::Own<ChildProcess> init) {
        metrics_.noteStage(Stage::slotBuild, microsBetween(startedAt, monotonicNow()));
        return newSlot(id, *lifeline, place, kj::mv(init));
      })
      .catch_([this, id, lifeline](kj::Exception&& exception) -> kj::Promise<kj::Own<Slot>> {
        giveBack(id, lifeline);
        return kj::mv(exception);
      });
}

kj::Own<Slot> SlotPool::newSlot(uint32_t id, Lifeline& lifeline, std::string place,
                                kj::Own<ChildProcess> init) {
  auto slot = kj::heap<Slot>();
  slot->id = id;
  slot->init = kj::mv(init);
  slot->hostJobId = hostIdsOf(id).job;
  slot->layers = layersOf(*slot->init);
  slot->cgroup = groups_.take();
  slot->workspace = defaultLimits_.workspace;
  if (place.empty()) {
    slot->cgroup->watch(slot->init->pid());
    slot->workspaceFd = openWorkspace(*slot->init);
  } else {
    constexpr int kFlags = O_PATH | O_DIRECTORY | O_NOFOLLOW;
    slot->workspaceFd = openAt(AT_FDCWD, (place + "/workspace").c_str(), kFlags);
    slot->temporaryFd = openAt(AT_FDCWD, (place + "/tmp").c_str(), kFlags);
    slot->place = std::move(place);
  }
  lifeline.letGoOfInitEnd();
  slot->lifeline = kj::mv(lifeline);
  return slot;
}

void SlotPool::giveBack(uint32_t id, std::shared_ptr<Lifeline> lifeline) {
  lifeline->letGoOfInitEnd();
  lifeline->end();
  tasks_.add(whenReleased(id, kj::mv(lifeline), port_.timer().now() + kTeardownBound));
}

kj::Promise<void> SlotPool::whenReleased(uint32_t id, std::shared_ptr<Lifeline> lifeline,
                                         kj::TimePoint giveUpAt) {
  if (!lifeline->isHeld()) {
    freeIds_.push_back(id);
    return kj::READY_NOW;
  }
  if (port_.timer().now() >= giveUpAt) {
    spdlog::error("slot {}: whoever built it is gone, and it does not end; it is abandoned", id);
    return kj::READY_NOW;
  }
  return port_.timer().afterDelay(kReleaseInterval).then([this, id, lifeline, giveUpAt]() {
    return whenReleased(id, lifeline, giveUpAt);
  });
}

kj::Promise<kj::Own<Slot>> SlotPool::take() {
  if (ready_.empty()) {
    auto slot = build();
    refill();
    return slot;
  }
  auto slot = kj::mv(ready_.front());
  ready_.pop_front();
  refill();
  return kj::mv(slot);
}

void SlotPool::refill() {
  if (draining_ || pausedAfterFailure_ || !builder_.ready()) return;
  while (ready_.size() + building_ < config_.spareSlots && !freeIds_.empty()) {
    ++building_;
    auto built = build().attach(kj::defer([this]() { --building_; }));
    tasks_.add(built.then(
        [this](kj::Own<Slot> slot) -> kj::Promise<void> {
          noteReady(kj::mv(slot));
          return kj::READY_NOW;
        },
        [this](kj::Exception&& exception) -> kj::Promise<void> {
          spdlog::warn("slot could not be built: {}", exception.getDescription().cStr());
          pausedAfterFailure_ = true;
          return port_.timer().afterDelay(kPauseAfterFailure).then([this]() {
            pausedAfterFailure_ = false;
            refill();
          });
        }));
  }
}

void SlotPool::noteReady(kj::Own<Slot> slot) {
  if (draining_) return retire(kj::mv(slot), nullptr);
  const uint32_t id = slot->id;
  tasks_.add(slot->init->onExit().then([this, id](ProcessExit) { dropDead(id); }));
  ready_.push_back(kj::mv(slot));
}

// Somebody killed the init of a slot that was waiting.
void SlotPool::dropDead(uint32_t id) {
  auto found = std::find_if(ready_.begin(), ready_.end(),
                            [id](auto& slot) { return slot->id == id && slot->init->exited(); });
  if (found == ready_.end()) return;
  auto slot = kj::mv(*found);
  ready_.erase(found);
  retire(kj::mv(slot), nullptr);
  refill();
}

void SlotPool::retire(kj::Own<Slot> slot, kj::Maybe<kj::Own<ChildProcess>> worker) {
  // A caretaker removes what nobody may be using any more.
  if (slot->endsWithInit() || worker == nullptr) slot->init->kill();
  KJ_IF_MAYBE (process, worker) (*process)->kill();
  ++tearingDown_;
  tasks_.add(takeApart(kj::mv(slot), kj::mv(worker)).attach(kj::defer([this]() {
    --tearingDown_;
    if (tearingDown_ == 0) {
      for (auto& waiter : drainWaiters_) waiter->fulfill();
      drainWaiters_.clear();
    }
  })));
}

kj::Promise<void> SlotPool::whenGone(Slot& slot, kj::Maybe<kj::Own<ChildProcess>>& worker) {
  auto initGone = slot.init->onExit().ignoreResult();
  KJ_IF_MAYBE (process, worker) {
    auto workerGone = (*process)->onExit().ignoreResult();
    if (!slot.endsWithInit()) {
      return workerGone.then([&slot, initGone = kj::mv(initGone)]() mutable {
        slot.init->kill();
        return kj::mv(initGone);
      });
    }
    return kj::joinPromises(kj::arr(kj::mv(initGone), kj::mv(workerGone)));
  }
  return initGone;
}

kj::Promise<void> SlotPool::takeApart(kj::Own<Slot> slot, kj::Maybe<kj::Own<ChildProcess>> worker) {
  // On the heap, where they stay while this is moved on.
  auto heldWorker = kj::heap(kj::mv(worker));
  auto allGone = whenGone(*slot, *heldWorker);
  const uint32_t id = slot->id;
  const auto startedAt = monotonicNow();
  return port_.timer()
      .timeoutAfter(kTeardownBound, kj::mv(allGone))
      .then(
          [this, id, startedAt, slot = kj::mv(slot), heldWorker = kj::mv(heldWorker)]() mutable {
            metrics_.noteStage(Stage::slotTeardown, microsBetween(startedAt, monotonicNow()));
            auto group = kj::mv(slot->cgroup);
            slot = nullptr;  // Before the group, to which its pages are charged.
            heldWorker = nullptr;
            freeIds_.push_back(id);
            refill();
            // Last: it may fail, for want of a descriptor, and then the group is removed and no more.
            groups_.giveBack(kj::mv(group));
          },
          [id](kj::Exception&& exception) {
            // Its id stays out of use for good: something may still run under it.
            spdlog::error("slot {}: did not end within its bound and is abandoned: {}", id,
                          exception.getDescription().cStr());
          });
}

kj::Promise<void> SlotPool::drain() {
  draining_ = true;
  while (!ready_.empty()) {
    auto slot = kj::mv(ready_.front());
    ready_.pop_front();
    retire(kj::mv(slot), nullptr);
  }
  if (tearingDown_ == 0) return kj::READY_NOW;
  auto paf = kj::newPromiseAndFulfiller<void>();
  drainWaiters_.push_back(kj::mv(paf.fulfiller));
  return kj::mv(paf.promise);
}

}  // namespace brood
