#include "supervisor/checks/isolation_watch.h"

#include <kj/debug.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/plain_text.h"
#include "supervisor/base/clock.h"

namespace brood::supervisor {
namespace {

// After a trial that could not be made, or that found less than was promised.
constexpr uint64_t kRetryMs = 60'000;

}  // namespace

IsolationWatch::IsolationWatch(kj::Timer& timer, Dispatcher& dispatcher, Tier tier,
                               const SharedHost& sharedHost, const EgressAccess& access,
                               const Config& config, IsolationReport& report)
    : timer_(timer),
      dispatcher_(dispatcher),
      tier_(tier),
      config_(config),
      report_(report),
      canary_(dispatcher, sharedHost.measuresWorkspaces(), access, config) {}

IsolationReport IsolationWatch::describe() const {
  return describeIsolation(tier_, config_.layers, last_.survivorsOf(applied_));
}

kj::Promise<void> IsolationWatch::prove(AppliedLayers applied) {
  applied_ = kj::mv(applied);
  return canary_.run(applied_.set).then([this](CanaryReport found) {
    last_ = kj::mv(found);
    ++runs_;
    lastRunAt_ = monotonicNow();
    last_.requireLimits();
    report_ = describe();
    promisedLevel_ = report_.level;
    requireIsolation(report_, config_.layers, config_.sandbox.minIsolation);
    spdlog::info("canary: {} acts and overruns tried, isolation level {}", last_.checks.size(),
                 report_.level);
  });
}

void IsolationWatch::keepProving() {
  if (config_.supervisor.canaryIntervalMs == 0) return;
  proving_ = proveForEver().eagerlyEvaluate([](kj::Exception&& exception) {
    spdlog::critical("canary: no more trials: {}", plainText(exception));
  });
}

kj::Promise<void> IsolationWatch::proveForEver() {
  const bool inDoubt = !error_.empty() || !dispatcher_.refusalReason().empty();
  const uint64_t pauseMs = inDoubt ? std::min(config_.supervisor.canaryIntervalMs, kRetryMs)
                                   : config_.supervisor.canaryIntervalMs;
  return timer_.afterDelay(pauseMs * kj::MILLISECONDS)
      .then([this]() { return canary_.run(applied_.set); })
      .then(
          [this](CanaryReport found) {
            last_ = kj::mv(found);
            error_.clear();
            ++runs_;
            lastRunAt_ = monotonicNow();
            judgeAgain();
          },
          [this](kj::Exception&& exception) {
            error_ = plainText(exception);
            spdlog::warn("canary: {}", error_);
          })
      .then([this]() { return proveForEver(); });
}

void IsolationWatch::judgeAgain() {
  std::string lost;
  report_ = describe();
  KJ_IF_MAYBE (exception, kj::runCatchingExceptions([this]() {
                 last_.requireLimits();
                 requireIsolation(report_, config_.layers, config_.sandbox.minIsolation);
                 KJ_REQUIRE(report_.level == promisedLevel_,
                            "the isolation level was another at the start", report_.level.c_str(),
                            promisedLevel_.c_str());
               })) {
    lost = plainText(*exception);
    spdlog::critical("isolation lost, refusing jobs: {}", lost);
  }
  if (lost.empty() && !dispatcher_.refusalReason().empty()) {
    spdlog::warn("isolation found again, taking jobs");
  }
  dispatcher_.refuseJobs(kj::mv(lost));
}

void IsolationWatch::fill(rpc::Canary::Builder out) const {
  out.setRuns(runs_);
  out.setAgeMs(runs_ == 0 ? 0 : microsBetween(lastRunAt_, monotonicNow()) / 1000);
  out.setError(error_);
  out.setIsolationLost(dispatcher_.refusalReason());
  fillCanary(last_, out);
}

}  // namespace brood::supervisor
