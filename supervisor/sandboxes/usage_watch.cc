#include "supervisor/sandboxes/usage_watch.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <random>

#include "base/plain_text.h"
#include "supervisor/base/clock.h"
#include "supervisor/base/look_thread.h"

namespace brood::supervisor {
namespace {

constexpr uint64_t kMinCpuCheckMicros = 1'000;
constexpr auto kSocketsPeriod = 100 * kj::MILLISECONDS;
// This part of the memory limit, or less.
constexpr uint64_t kFewSockets = 8;
// A job that ends sooner costs nobody a watch on its memory.
constexpr auto kUnwatchedTime = 2 * kj::MILLISECONDS;
// A thread that looks may be busy with others; the job does not wait for it forever.
constexpr auto kLastLookBound = 5 * kj::SECONDS;

class ExactWatch final : public UsageWatch {
 public:
  ExactWatch(UvEventPort& port, kj::Timer& timer, const kj::MonotonicClock& clock, Sandbox& sandbox,
             const JobLimits& limits, uint32_t cpuMillicores)
      : UsageWatch(clock, sandbox, limits),
        port_(port),
        timer_(timer),
        cpuMillicores_(cpuMillicores) {}

  kj::Promise<Excess> whenExceeded() override {
    return whenCpuSpent(0).exclusiveJoin(whenMemorySpent());
  }
  bool needsLastLook() const override { return false; }
  kj::Promise<kj::Maybe<Excess>> settle() override { return kj::Maybe<Excess>(nullptr); }

 private:
  // Asks again no sooner than the limit can have been reached at the quota's full rate.
  kj::Promise<Excess> whenCpuSpent(uint64_t used) {
    const uint64_t limitMicros = limits().cpuTimeMs * 1000;
    if (used >= limitMicros) return Excess::cpuTime;
    const uint64_t earliest = (limitMicros - used) * 1000 / cpuMillicores_;
    return timer_.afterDelay(std::max(earliest, kMinCpuCheckMicros) * kj::MICROSECONDS)
        .then([this]() { return whenCpuSpent(cpuMicrosUsed()); });
  }

  kj::Promise<Excess> whenMemorySpent() {
    return timer_.afterDelay(kUnwatchedTime)
        .then([this]() { return whenOutOfMemory().exclusiveJoin(whenSocketsHoldTooMuch()); })
        .then([]() { return Excess::memory; });
  }

  // Some of the sandbox is being killed by the kernel; never where that is all of it.
  kj::Promise<void> whenOutOfMemory() {
    const int fd = meter().outOfMemoryFd();
    if (fd < 0) return kj::NEVER_DONE;
    auto observer = kj::heap<UvFdObserver>(port_, fd, UvFdObserver::Interest::read);
    auto& borrowed = *observer;
    return borrowed.whenReadable().attach(kj::mv(observer));
  }

  // Its sockets may hold too much besides what its meter counts.
  kj::Promise<void> whenSocketsHoldTooMuch() {
    if (meter().bytesBesidesOfSocket() == 0) return kj::NEVER_DONE;
    return timer_.afterDelay(kSocketsPeriod).then([this]() -> kj::Promise<void> {
      besidesBytes_ = sandbox().countSockets() * meter().bytesBesidesOfSocket();
      // Nobody asks what it has besides, while these are few.
      const bool isMuch = besidesBytes_ > limits().memoryBytes / kFewSockets;
      if (isMuch && besidesBytes_ + meter().memoryBytes() > limits().memoryBytes) {
        return kj::READY_NOW;
      }
      besidesBytes_ = 0;
      return whenSocketsHoldTooMuch();
    });
  }

  UvEventPort& port_;
  kj::Timer& timer_;
  const uint32_t cpuMillicores_;
};

class SampledWatch final : public UsageWatch {
 public:
  SampledWatch(kj::Timer& timer, const kj::MonotonicClock& clock, Sandbox& sandbox,
               const JobLimits& limits)
      : UsageWatch(clock, sandbox, limits), timer_(timer) {}

  kj::Promise<Excess> whenExceeded() override {
    random_.seed(std::random_device()());
    return lookAgain(pauseBeforeNextLook(0, static_cast<uint32_t>(random_())));
  }
  bool needsLastLook() const override { return true; }
  // It ended between two looks: what is over its limit by then is over it all the same.
  kj::Promise<kj::Maybe<Excess>> settle() override {
    return timer_.timeoutAfter(kLastLookBound, meter().look(UsageMeter::Look::last))
        .then([](uint64_t) {},
              [](kj::Exception&& exception) {
                spdlog::warn("the last look at a job: {}", plainText(exception));
              })
        .then([this]() { return seenOver(); });
  }

 private:
  kj::Promise<Excess> lookAgain(kj::Duration pause) {
    return timer_.afterDelay(pause)
        .then([this]() { return meter().look(UsageMeter::Look::again); })
        .then([this](uint64_t tookMicros) -> kj::Promise<Excess> {
          KJ_IF_MAYBE (excess, seenOver()) return *excess;
          // Nothing holds the job to a share of a CPU, by which one could plan.
          if (cpuMicrosUsed() >= limits().cpuTimeMs * 1000) return Excess::cpuTime;
          return lookAgain(pauseBeforeNextLook(tookMicros, static_cast<uint32_t>(random_())));
        });
  }

  // By the last look.
  kj::Maybe<Excess> seenOver() const {
    const Usage seen = meter().usage();
    if (seen.peakMemoryBytes > limits().memoryBytes) return Excess::memory;
    if (seen.peakProcesses > limits().processes) return Excess::processes;
    if (seen.workspaceBytes > limits().workspaceBytes) return Excess::workspaceBytes;
    if (seen.hidden) return Excess::hidden;
    if (seen.workspaceInodes > limits().workspaceInodes) return Excess::workspaceInodes;
    return nullptr;
  }

  kj::Timer& timer_;
  std::minstd_rand random_;
};

}  // namespace

// Returns the CPU time that the worker had used before its job: its time now without what the job
// can have used since, and no less than when it parked.
uint64_t UsageWatch::cpuMicrosBefore(uint64_t now) const {
  const uint64_t elapsed = microsBetween(handedOverAt_, clock_.now());
  return std::max(meter().cpuMicrosParked(), now - std::min(now, elapsed));
}

uint64_t UsageWatch::cpuMicrosUsed() const {
  const uint64_t now = meter().cpuMicros();
  return now - std::min(now, cpuMicrosBefore_.value_or(0));
}

Usage UsageWatch::usage(bool isDone) {
  Usage usage = isDone ? meter().usageWhenDone() : meter().usage();
  usage.peakMemoryBytes += besidesBytes_;
  if (!cpuMicrosBefore_) cpuMicrosBefore_ = cpuMicrosBefore(usage.cpuMicros);
  usage.cpuMicros -= std::min(*cpuMicrosBefore_, usage.cpuMicros);
  return usage;
}

kj::Own<UsageWatch> newUsageWatch(UvEventPort& port, kj::Timer& timer,
                                  const kj::MonotonicClock& clock, Sandbox& sandbox,
                                  const JobLimits& limits, uint32_t cpuMillicores) {
  if (sandbox.meter().needsLooks()) return kj::heap<SampledWatch>(timer, clock, sandbox, limits);
  return kj::heap<ExactWatch>(port, timer, clock, sandbox, limits, cpuMillicores);
}

}  // namespace brood::supervisor
