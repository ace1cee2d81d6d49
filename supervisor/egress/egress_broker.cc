#include "supervisor/egress/egress_broker.h"

#include <kj/debug.h>
#include <signal.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdlib>

#include "base/plain_text.h"
#include "base/start_error.h"
#include "rpc/wire/fd_passing.h"
#include "supervisor/base/lists.h"
#include "supervisor/base/log_errors.h"
#include "supervisor/base/posix.h"
#include "supervisor/egress/broker_configuration.h"
#include "supervisor/processes/spawn.h"

namespace brood::supervisor {
namespace {

constexpr auto kFirstBackoff = 100 * kj::MILLISECONDS;
constexpr auto kMaxBackoff = 10 * kj::SECONDS;
constexpr uint32_t kFailuresBeforeGivingUpOnWaiters = 3;
// A broker that takes longer to answer is stuck and is replaced.
constexpr auto kAnswerBound = 15 * kj::SECONDS;

// Doubles with each start that did not reach "ready".
kj::Duration backoff(uint32_t consecutiveFailures) {
  auto delay = kFirstBackoff;
  for (uint32_t i = 1; i < consecutiveFailures && delay < kMaxBackoff; ++i) delay = delay * 2;
  return std::min(delay, kMaxBackoff);
}

std::vector<std::string> argumentsFor(const BrokerOptions& options, const EgressConfig& config) {
  std::vector<std::string> arguments{"--log-level", options.logLevel, "--ca-file", config.caFile};
  if (options.account) {
    for (const auto& [flag, id] :
         {std::pair{"--uid", options.account->uid}, std::pair{"--gid", options.account->gid}}) {
      arguments.insert(arguments.end(), {flag, std::to_string(id)});
    }
  }
  return arguments;
}

EgressReport lostReport() {
  EgressReport report;
  report.isLost = true;
  return report;
}

std::vector<std::string> textsOf(capnp::List<capnp::Text>::Reader list) {
  std::vector<std::string> texts;
  for (auto text : list) texts.emplace_back(text.cStr());
  return texts;
}

}  // namespace

kj::Own<EgressBroker::ReadList> EgressBroker::readList(EgressConfig config) {
  auto policy = egress::Policy::of(config.allow);
  if (const auto* problem = std::get_if<egress::EntryProblem>(&policy)) {
    throw StartError("egress.allow: " + problem->text);
  }
  auto list = kj::heap<ReadList>();
  list->policy = std::get<egress::Policy>(std::move(policy));
  list->plan = std::make_shared<ListenerPlan>(list->policy.namedPorts());
  list->config = std::move(config);
  return list;
}

EgressBroker::EgressBroker(UvEventPort& port, Reaper& reaper, BrokerOptions options,
                           EgressConfig config)
    : port_(port),
      reaper_(reaper),
      options_(std::move(options)),
      list_(readList(std::move(config))),
      errorHandler_(kj::heap<LogErrors>("egress")),
      tasks_(*errorHandler_),
      task_(kj::evalLater([this]() { return runUntilStopped(); }).fork()) {}

EgressBroker::~EgressBroker() noexcept(false) {
  if (pidfd_) signalPidfd(pidfd_.get(), SIGKILL);
}

kj::Promise<void> EgressBroker::whenReady() {
  if (isReady_) return kj::READY_NOW;
  if (isStopping_) return KJ_EXCEPTION(DISCONNECTED, "brood-egress is stopping");
  auto paf = kj::newPromiseAndFulfiller<void>();
  readyWaiters_.push_back(kj::mv(paf.fulfiller));
  return kj::mv(paf.promise);
}

kj::Promise<void> EgressBroker::runUntilStopped() {
  return kj::evalNow([this]() { return runOnce(); })
      .catch_([this](kj::Exception&& exception) {
        lastError_ = plainText(exception);
        spdlog::error("egress: {}", lastError_);
      })
      .then([this]() -> kj::Promise<void> {
        if (isStopping_) return kj::READY_NOW;
        const auto delay = backoff(++consecutiveFailures_);
        if (consecutiveFailures_ >= kFailuresBeforeGivingUpOnWaiters) {
          auto waiters = std::move(readyWaiters_);
          readyWaiters_.clear();
          for (auto& waiter : waiters) {
            waiter->reject(KJ_EXCEPTION(FAILED, "brood-egress does not start", lastError_.c_str()));
          }
        }
        ++info_.restarts;
        return port_.timer().afterDelay(delay).then([this]() -> kj::Promise<void> {
          if (isStopping_) return kj::READY_NOW;
          return runUntilStopped();
        });
      });
}

kj::Promise<void> EgressBroker::runOnce() {
  // It may be told to before it has had its first turn.
  if (isStopping_) return kj::READY_NOW;
  spawn();
  auto exited = reaper_.onExit(info_.pid);
  auto& link = *KJ_ASSERT_NONNULL(link_);
  auto ready = makeReady()
                   .catch_([this](kj::Exception&& exception) {
                     lastError_ = plainText(exception);
                     signalPidfd(pidfd_.get(), SIGKILL);
                   })
                   .eagerlyEvaluate(nullptr);
  return link.run()
      .catch_([this](kj::Exception&& exception) {
        lastError_ = plainText(exception);
        signalPidfd(pidfd_.get(), SIGKILL);
      })
      .then([this, exited = kj::mv(exited)]() mutable {
        isReady_ = false;
        // Nothing of it may be on the stack when it is destroyed.
        return kj::evalLater([this]() { link_ = nullptr; })
            .then([exited = kj::mv(exited)]() mutable { return kj::mv(exited); });
      })
      .then([this](ProcessExit exit) { settleAfterDeath(exit); })
      .attach(kj::mv(ready));
}

void EgressBroker::spawn() {
  auto [ours, theirs] = newSeqpacketPair();
  info_.pid = spawnBroker(options_.binary, argumentsFor(options_, list_->config), theirs.get());
  ++starts_;
  pidfd_ = openPidfd(info_.pid);
  link_ = kj::heap<BrokerLink>(port_, kj::mv(ours));
}

kj::Promise<void> EgressBroker::makeReady() {
  auto first = KJ_ASSERT_NONNULL(link_)->whenReady();
  return port_.timer()
      .timeoutAfter(kAnswerBound, kj::mv(first))
      .then([this](BrokerLink::Answer answer) {
        auto ready = answer->fromBroker().getReady();
        info_.layers = textsOf(ready.getLayers());
        info_.missing = textsOf(ready.getMissing());
        return configure(list_->config);
      })
      .then([this]() {
        ++era_;
        isReady_ = true;
        consecutiveFailures_ = 0;
        spdlog::info("egress: ready (pid {}), {} entries", info_.pid, list_->config.allow.size());
        for (const auto& missing : info_.missing) spdlog::warn("egress: no {}", missing);
        auto waiters = std::move(readyWaiters_);
        readyWaiters_.clear();
        for (auto& waiter : waiters) waiter->fulfill();
      });
}

kj::Promise<void> EgressBroker::configure(const EgressConfig& config) {
  return askForDone([&](auto request) {
    fillConfiguration(config, options_.gatewayPort, &::getenv, request.initConfigure());
  });
}

kj::Promise<void> EgressBroker::reload(EgressConfig config) {
  const EgressConfig& now = list_->config;
  config.enabled = now.enabled;
  config.unasked = now.unasked;
  config.user = now.user;
  config.caFile = now.caFile;
  auto list = readList(std::move(config));
  const auto& borrowed = *list;
  // One that is not there now gets it when it comes.
  auto taken = isReady_ ? configure(borrowed.config) : kj::Promise<void>(kj::READY_NOW);
  return taken.then([this, list = kj::mv(list)]() mutable {
    list_ = kj::mv(list);
    spdlog::info("egress: another list, {} entries", list_->config.allow.size());
    outdate();
  });
}

void EgressBroker::outdate() {
  ++era_;
  for (const auto& tell : subscribers_) tell();
}

void EgressBroker::settleAfterDeath(const ProcessExit& exit) {
  if (!isStopping_) {
    spdlog::warn("egress: pid {} ended (wait status {:#x}), restarting", info_.pid,
                 exit.waitStatus);
  }
  info_.pid = -1;
  info_.layers.clear();
  pidfd_.reset();
  outdate();
}

kj::Promise<BrokerLink::Answer> EgressBroker::ask(const BrokerLink::Fill& fill,
                                                  std::vector<OwnedFd> fds) {
  KJ_IF_MAYBE (link, link_) {
    auto answered =
        kj::evalNow([&, &borrowed = **link]() { return borrowed.ask(fill, std::move(fds)); });
    auto tooLate = port_.timer().afterDelay(kAnswerBound).then([this]() -> BrokerLink::Answer {
      spdlog::error("egress: pid {} does not answer and is killed", info_.pid);
      signalPidfd(pidfd_.get(), SIGKILL);
      kj::throwFatalException(KJ_EXCEPTION(DISCONNECTED, "brood-egress does not answer"));
    });
    return answered.exclusiveJoin(kj::mv(tooLate));
  }
  return KJ_EXCEPTION(DISCONNECTED, "brood-egress is not running");
}

kj::Promise<void> EgressBroker::askForDone(const BrokerLink::Fill& fill, std::vector<OwnedFd> fds) {
  return ask(fill, std::move(fds)).then([](BrokerLink::Answer answer) -> kj::Promise<void> {
    auto said = answer->fromBroker();
    if (said.isDone()) return kj::READY_NOW;
    const char* why = said.isRefused() ? said.getRefused().cStr() : "it answers something else";
    return kj::Exception(kj::Exception::Type::FAILED, __FILE__, __LINE__,
                         kj::str("brood-egress: ", why));
  });
}

kj::Promise<kj::Own<EgressSeat>> EgressBroker::seat(std::shared_ptr<const ListenerPlan> plan,
                                                    std::vector<OwnedFd> sockets) {
  KJ_REQUIRE(sockets.size() == plan->size(), "other sockets than were asked for", sockets.size(),
             plan->size());
  if (!isReady_) return KJ_EXCEPTION(DISCONNECTED, "brood-egress is not ready");
  if (plan != list_->plan) return KJ_EXCEPTION(DISCONNECTED, "brood-egress has another list");
  const uint64_t slot = nextSlot_++;
  auto seat = kj::heap<EgressSeat>(*this, slot);
  auto taken = kj::Vector<kj::Promise<void>>();
  for (size_t begin = 0; begin < sockets.size(); begin += kMaxPassedFds) {
    const size_t count = std::min(sockets.size() - begin, kMaxPassedFds);
    std::vector<OwnedFd> some;
    for (size_t i = 0; i < count; ++i) some.push_back(kj::mv(sockets[begin + i]));
    taken.add(askForDone(
        [&](auto request) {
          auto add = request.initAddListeners();
          add.setSlot(slot);
          plan->fillBroker(add, begin, count);
        },
        std::move(some)));
  }
  return kj::joinPromises(taken.releaseAsArray()).then([seat = kj::mv(seat)]() mutable {
    return kj::mv(seat);
  });
}

void EgressBroker::forget(uint64_t slot) {
  if (link_ == nullptr) return;
  tasks_.add(ask([slot](auto request) { request.initEndJob().setId(slot); })
                 .ignoreResult()
                 .catch_([](kj::Exception&&) {}));
}

kj::Promise<BrokerLink::Answer> EgressBroker::askStatus() {
  return ask([](auto request) { request.setStatus(); });
}

kj::Promise<void> EgressBroker::stop() {
  isStopping_ = true;
  isReady_ = false;
  // Closing our end ends it; should it not, it is killed.
  KJ_IF_MAYBE (link, link_) (*link)->close();
  return task_.addBranch();
}

EgressSeat::~EgressSeat() noexcept(false) {
  if (!hasEnded_ && isHeld()) broker_.forget(slot_);
}

kj::Promise<void> EgressSeat::startJob(const JobNetwork& network) {
  if (!isCurrent()) return KJ_EXCEPTION(DISCONNECTED, "brood-egress has been started again");
  return broker_.askForDone([&](auto request) {
    auto start = request.initStartJob();
    start.setSlot(slot_);
    start.setTenant("");
    start.setIsNarrowed(network.isNarrowed);
    setTexts(start.initAllow(static_cast<unsigned>(network.allow.size())), network.allow);
    fillJobLimits(broker_.config(), start.initLimits());
  });
}

kj::Promise<EgressReport> EgressSeat::endJob() {
  hasEnded_ = true;
  if (!isHeld()) return lostReport();
  return broker_.ask([this](auto request) { request.initEndJob().setId(slot_); })
      .then(
          [](BrokerLink::Answer answer) {
            auto said = answer->fromBroker();
            return said.isReport() ? readReport(said.getReport()) : lostReport();
          },
          [](kj::Exception&&) { return lostReport(); });
}

}  // namespace brood::supervisor
