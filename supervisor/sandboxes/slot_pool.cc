#include "supervisor/sandboxes/slot_pool.h"

#include <fcntl.h>
#include <kj/debug.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

#include "base/plain_text.h"
#include "rpc/wire/fd_passing.h"
#include "supervisor/base/clock.h"
#include "supervisor/base/log_errors.h"
#include "supervisor/base/posix.h"

namespace brood::supervisor {
namespace {

// Each slot owns two host ids: its init's and its job's.
constexpr uint32_t kIdsPerSlot = 2;
// How long the kernel may take to end a killed sandbox before we say that it is stuck.
constexpr auto kTeardownBound = 30 * kj::SECONDS;
// Between two looks whether the init of a slot that was never reported is gone.
constexpr auto kReleaseInterval = 10 * kj::MILLISECONDS;
// By a builder that is killed at a bad time, and its successors.
constexpr uint32_t kBuildAttempts = 3;
// After a slot could not be built, before the next try in the background.
constexpr auto kPauseAfterFailure = 500 * kj::MILLISECONDS;

// They have been sent before the slot was reported.
std::vector<OwnedFd> receiveSockets(const OwnedFd& channel, size_t count) {
  int flags;
  KJ_SYSCALL(flags = ::fcntl(channel.get(), F_GETFL));
  KJ_SYSCALL(::fcntl(channel.get(), F_SETFL, flags | O_NONBLOCK));
  std::vector<OwnedFd> sockets;
  while (sockets.size() < count) {
    auto outcome = receiveMessage(channel.get());
    KJ_REQUIRE(outcome.kind == ReceiveOutcome::Kind::message, "sockets of a slot are missing",
               sockets.size(), count);
    for (auto& fd : outcome.message.fds) sockets.push_back(kj::mv(fd));
  }
  return sockets;
}

}  // namespace

SlotPool::SlotPool(kj::Timer& timer, ForkSource& builder, CgroupDriver& cgroups,
                   SandboxFactory factory, Tier tier, const Config& config,
                   SlotLimits defaultLimits, Metrics& metrics)
    : timer_(timer),
      builder_(builder),
      cgroups_(cgroups),
      factory_(factory),
      config_(config.sandbox),
      layers_(config.layers),
      tier_(tier),
      defaultLimits_(defaultLimits),
      groups_(std::make_shared<CgroupStore>(cgroups, timer, config.techniques.reuseCgroups,
                                            defaultLimits.cgroup)),
      metrics_(metrics),
      ids_(std::make_shared<SlotIds>(config_.maxSlots)),
      egress_(nullptr),
      spareSlots_(config_.spareSlots),
      errorHandler_(kj::heap<LogErrors>("slot pool")),
      tasks_(*errorHandler_) {
  ids_->onGivenBack([this]() { refill(); });
}

SlotPool::SlotPool(SlotPool& sibling, EgressBroker& egress)
    : timer_(sibling.timer_),
      builder_(sibling.builder_),
      cgroups_(sibling.cgroups_),
      factory_(sibling.factory_),
      config_(sibling.config_),
      layers_(sibling.layers_),
      tier_(sibling.tier_),
      defaultLimits_(sibling.defaultLimits_),
      groups_(sibling.groups_),
      metrics_(sibling.metrics_),
      ids_(sibling.ids_),
      egress_(&egress),
      spareSlots_(0),
      errorHandler_(kj::heap<LogErrors>("slot pool with network")),
      tasks_(*errorHandler_) {
  ids_->onGivenBack([this]() { refill(); });
  egress.onOutdated([this]() { dropOutdated(); });
}

SlotPool::~SlotPool() noexcept(false) = default;

// One sandbox on its way.
struct SlotPool::Order {
  std::shared_ptr<Lifeline> lifeline = std::make_shared<Lifeline>();
  uint32_t id = 0;
  std::string place;
  kj::TimePoint startedAt = monotonicNow();
  // With network: the sockets that are to listen in it, and the channel they come by.
  std::shared_ptr<const ListenerPlan> plan;
  OwnedFd sockets, builderSockets;
};

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

void SlotPool::fillRequest(wire::BuildSlot::Builder request, const Order& order) const {
  request.setPlace(order.place);
  const HostIds hostIds = hostIdsOf(order.id);
  request.setSlotId(order.id);
  // Equal in each sandbox: the template's /etc/hosts resolves it, and it tells a job nothing.
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
  if (order.plan != nullptr) order.plan->fillSlot(request);
}

// In the background: a caller who leaves must not take a half-built slot, and its id, with it.
kj::Promise<SlotLease> SlotPool::build() {
  auto paf = kj::newPromiseAndFulfiller<SlotLease>();
  auto caller = std::make_shared<kj::Own<kj::PromiseFulfiller<SlotLease>>>(kj::mv(paf.fulfiller));
  tasks_.add(
      buildSurely(kBuildAttempts)
          .then(
              [this, caller](kj::Own<Sandbox> slot) {
                if (!(*caller)->isWaiting()) return retire(kj::mv(slot));
                (*caller)->fulfill(SlotLease(*this, kj::mv(slot)));
              },
              [caller](kj::Exception&& exception) { (*caller)->reject(kj::mv(exception)); }));
  return kj::mv(paf.promise);
}

// Nothing: at once.
kj::Promise<void> SlotPool::whenBuildable() {
  if (!builder_.ready()) return builder_.whenReady();
  return egress_ != nullptr ? egress_->whenReady() : kj::Promise<void>(kj::READY_NOW);
}

kj::Promise<kj::Own<Sandbox>> SlotPool::buildSurely(uint32_t attemptsLeft) {
  const bool isBuildable = builder_.ready() && (egress_ == nullptr || egress_->isReady());
  if (!isBuildable && !draining_) {
    return whenBuildable().then([this, attemptsLeft]() { return buildSurely(attemptsLeft); });
  }
  return kj::evalNow([this]() { return buildNext(); })
      .catch_([this, attemptsLeft](kj::Exception&& why) -> kj::Promise<kj::Own<Sandbox>> {
        const bool hasDied = why.getType() == kj::Exception::Type::DISCONNECTED;
        if (!hasDied || attemptsLeft == 1 || draining_) return kj::mv(why);
        return buildSurely(attemptsLeft - 1);
      });
}

kj::Promise<kj::Own<Sandbox>> SlotPool::buildNext() {
  auto held = kj::heap<Order>();
  Order& order = *held;
  order.place = factory_.newPlace();
  std::vector<int> fds{order.lifeline->initEnd()};
  if (egress_ != nullptr) {
    order.plan = egress_->plan();
    std::tie(order.sockets, order.builderSockets) = newSeqpacketPair();
    fds.push_back(order.builderSockets.get());
  }
  // From here on it has to be given back.
  order.id = ids_->take();
  return kj::evalNow([&]() {
           return builder_.request(
               [&](auto request) { fillRequest(request.initBuildSlot(), order); },
               kj::arrayPtr(fds.data(), fds.size()));
         })
      .then([this, &order](kj::Own<ChildProcess> init) {
        metrics_.noteStage(Stage::slotBuild, microsBetween(order.startedAt, monotonicNow()));
        return newSlot(order, kj::mv(init));
      })
      .catch_([this, &order](kj::Exception&& exception) -> kj::Promise<kj::Own<Sandbox>> {
        giveBack(order.id, order.lifeline);
        return kj::mv(exception);
      })
      .then([this, &order](kj::Own<Sandbox> slot) -> kj::Promise<kj::Own<Sandbox>> {
        if (egress_ == nullptr) return kj::mv(slot);
        return seat(kj::mv(slot), order);
      })
      .attach(kj::mv(held));
}

kj::Promise<kj::Own<Sandbox>> SlotPool::seat(kj::Own<Sandbox> slot, Order& order) {
  auto held = kj::heap(kj::mv(slot));
  auto& borrowed = *held;
  return kj::evalNow([&]() {
           return egress_->seat(order.plan, receiveSockets(order.sockets, order.plan->size()));
         })
      .then(
          [&borrowed](kj::Own<EgressSeat> seat) {
            borrowed->takeSeat(kj::mv(seat));
            return kj::mv(borrowed);
          },
          [this, &borrowed](kj::Exception&& exception) -> kj::Own<Sandbox> {
            retire(kj::mv(borrowed));
            kj::throwFatalException(kj::mv(exception));
          })
      .attach(kj::mv(held));
}

kj::Own<Sandbox> SlotPool::newSlot(Order& order, kj::Own<ChildProcess> init) {
  SandboxParts parts;
  parts.id = order.id;
  parts.hostJobId = hostIdsOf(order.id).job;
  parts.layers = layersOf(*init);
  parts.init = kj::mv(init);
  parts.meter = groups_->take();
  parts.workspace = defaultLimits_.workspace;
  auto slot = factory_.make(kj::mv(parts), order.place);
  order.lifeline->letGoOfInitEnd();
  slot->keep(kj::mv(*order.lifeline));
  return slot;
}

void SlotPool::giveBack(uint32_t id, std::shared_ptr<Lifeline> lifeline) {
  lifeline->letGoOfInitEnd();
  lifeline->end();
  tasks_.add(whenReleased(id, kj::mv(lifeline), timer_.now() + kTeardownBound));
}

kj::Promise<void> SlotPool::whenReleased(uint32_t id, std::shared_ptr<Lifeline> lifeline,
                                         kj::TimePoint giveUpAt) {
  if (!lifeline->isHeld()) {
    ids_->giveBack(id);
    return kj::READY_NOW;
  }
  if (timer_.now() >= giveUpAt) {
    spdlog::error("slot {}: whoever built it is gone, and it does not end; it is abandoned", id);
    return kj::READY_NOW;
  }
  return timer_.afterDelay(kReleaseInterval).then([this, id, lifeline, giveUpAt]() {
    return whenReleased(id, lifeline, giveUpAt);
  });
}

kj::Promise<SlotLease> SlotPool::take() {
  while (!ready_.empty()) {
    SlotLease slot(*this, kj::mv(ready_.front()));
    ready_.pop_front();
    refill();
    // Somebody may have killed its init; the notice would still be on its way.
    if (!isReadable(slot->init().pidfd()) && !slot->isOutdated()) return kj::mv(slot);
  }
  auto slot = build();
  refill();
  return slot;
}

void SlotPool::refill() {
  if (draining_ || pausedAfterFailure_ || !builder_.ready()) return;
  while (ready_.size() + building_ < spareSlots_ && !ids_->areAllTaken()) {
    ++building_;
    auto built = buildSurely(kBuildAttempts).attach(kj::defer([this]() { --building_; }));
    tasks_.add(built.then(
        [this](kj::Own<Sandbox> slot) -> kj::Promise<void> {
          noteReady(kj::mv(slot));
          return kj::READY_NOW;
        },
        [this](kj::Exception&& exception) -> kj::Promise<void> {
          spdlog::warn("slot could not be built: {}", plainText(exception));
          pausedAfterFailure_ = true;
          return timer_.afterDelay(kPauseAfterFailure).then([this]() {
            pausedAfterFailure_ = false;
            refill();
          });
        }));
  }
}

void SlotPool::noteReady(kj::Own<Sandbox> slot) {
  if (draining_ || slot->isOutdated()) {
    retire(kj::mv(slot));
    return refill();
  }
  const uint32_t id = slot->id();
  tasks_.add(slot->init().onExit().then([this, id](ProcessExit) { dropDead(id); }));
  ready_.push_back(kj::mv(slot));
}

// Somebody killed the init of a slot that was waiting.
void SlotPool::dropDead(uint32_t id) {
  auto found = std::find_if(ready_.begin(), ready_.end(),
                            [id](auto& slot) { return slot->id() == id && slot->init().exited(); });
  if (found == ready_.end()) return;
  auto slot = kj::mv(*found);
  ready_.erase(found);
  retire(kj::mv(slot));
  refill();
}

void SlotPool::setTarget(uint32_t spareSlots) {
  spareSlots_ = spareSlots;
  refill();
}

void SlotPool::dropOutdated() {
  std::deque<kj::Own<Sandbox>> kept;
  for (auto& slot : std::exchange(ready_, {})) {
    if (slot->isOutdated()) {
      retire(kj::mv(slot));
    } else {
      kept.push_back(kj::mv(slot));
    }
  }
  ready_ = std::move(kept);
  refill();
}

void SlotPool::retire(kj::Own<Sandbox> slot) {
  ++tearingDown_;
  slot->leaveSeat();
  auto isDown = kj::defer([this]() {
    --tearingDown_;
    if (tearingDown_ == 0) {
      for (auto& waiter : drainWaiters_) waiter->fulfill();
      drainWaiters_.clear();
    }
  });
  tasks_.add(takeApart(kj::mv(slot)).attach(kj::mv(isDown)));
}

kj::Promise<void> SlotPool::takeApart(kj::Own<Sandbox> slot) {
  auto allGone = slot->takeDown();
  const uint32_t id = slot->id();
  const auto startedAt = monotonicNow();
  return timer_.timeoutAfter(kTeardownBound, kj::mv(allGone))
      .then(
          [this, id, startedAt, slot = kj::mv(slot)]() mutable {
            metrics_.noteStage(Stage::slotTeardown, microsBetween(startedAt, monotonicNow()));
            auto meter = slot->releaseMeter();
            slot = nullptr;  // Before the meter, to which its pages are charged.
            ids_->giveBack(id);
            // Last: it may fail, for want of a descriptor, and then the group is removed and no
            // more.
            groups_->giveBack(kj::mv(meter));
          },
          [id](kj::Exception&& exception) {
            // Its id stays out of use for good: something may still run under it.
            spdlog::error("slot {}: did not end within its bound and is abandoned: {}", id,
                          plainText(exception));
          });
}

kj::Promise<void> SlotPool::drain() {
  draining_ = true;
  while (!ready_.empty()) {
    auto slot = kj::mv(ready_.front());
    ready_.pop_front();
    retire(kj::mv(slot));
  }
  if (tearingDown_ == 0) return kj::READY_NOW;
  auto paf = kj::newPromiseAndFulfiller<void>();
  drainWaiters_.push_back(kj::mv(paf.fulfiller));
  return kj::mv(paf.promise);
}

void SlotPools::refill() const {
  plain.refill();
  if (outbound != nullptr) outbound->refill();
}

kj::Promise<void> SlotPools::drain() const {
  if (outbound == nullptr) return plain.drain();
  return kj::joinPromises(kj::arr(plain.drain(), outbound->drain()));
}

}  // namespace brood::supervisor
