// The watch over what a session uses as a whole, and over what its processes must not do.
#include <kj/debug.h>

#include <algorithm>
#include <random>

#include "supervisor/base/look_thread.h"
#include "supervisor/cells/sandbox_processes.h"
#include "supervisor/sessions/session.h"

namespace brood::supervisor {
namespace {

// The news of a process that the kernel has killed comes by way of its zygote.
constexpr auto kNewsOfKills = 50 * kj::MILLISECONDS;
// Until a process that is to stop has come out of the kernel.
constexpr auto kStopLook = 1 * kj::MILLISECONDS;
constexpr auto kStopBound = 5 * kj::SECONDS;

}  // namespace

kj::Promise<void> Session::watchMemory() {
  auto& meter = ground_.sandbox.meter();
  if (meter.needsLooks()) return lookAgain(pauseBeforeNextLook(0, std::random_device()()));
  const int fd = meter.outOfMemoryFd();
  if (fd < 0) return kj::READY_NOW;
  auto observer = kj::heap<UvFdObserver>(tools_.port, fd, UvFdObserver::Interest::read);
  auto& borrowed = *observer;
  return whenOutOfMemory(borrowed).attach(kj::mv(observer));
}

kj::Promise<void> Session::whenOutOfMemory(UvFdObserver& observer) {
  return observer.whenReadable().then([this, &observer]() {
    ground_.sandbox.meter().forgetOutOfMemory();
    return tools_.timer.afterDelay(kNewsOfKills).then([this, &observer]() {
      noteOutOfMemory();
      return whenOutOfMemory(observer);
    });
  });
}

// Where nothing enforces a limit but we.
kj::Promise<void> Session::lookAgain(kj::Duration pause) {
  return tools_.timer.afterDelay(pause)
      .then([this]() { return ground_.sandbox.meter().look(UsageMeter::Look::again); })
      .then([this](uint64_t tookMicros) -> kj::Promise<void> {
        const Usage seen = ground_.sandbox.meter().usage();
        if (seen.heldBytes > limits().memoryBytes) endLargest();
        if (seen.workspaceBytes > limits().workspaceBytes) {
          tasks_->add(end({"killed", "its files were more than workspace_bytes allows"}));
          return kj::READY_NOW;
        }
        return lookAgain(pauseBeforeNextLook(tookMicros, std::random_device()()));
      });
}

void Session::noteOutOfMemory() {
  const Usage now = ground_.sandbox.meter().usage();
  // The cell or command whose process was killed has been told by its wait status.
  if (ended_ || ground_.counters.hasTold(now)) return;
  const bool hasLostIdle = std::any_of(contexts_.begin(), contexts_.end(), [](auto& each) {
    return !each.second->isBusy() && each.second->isLost();
  });
  if (hasLostIdle || !endLargest()) ground_.counters.take(now);
}

// Of the contexts that run something and the commands, the one that holds most.
bool Session::endLargest() {
  std::shared_ptr<Context> largest;
  std::shared_ptr<Command> largestCommand;
  uint64_t most = 0;
  for (auto& [number, command] : commands_.all()) {
    KJ_IF_MAYBE (worker, command->worker()) {
      const uint64_t bytes = residentBytes(worker->handle().pid());
      if (largestCommand != nullptr && bytes <= most) continue;
      largestCommand = command;
      most = bytes;
    }
  }
  for (auto& [id, context] : contexts_) {
    if (!context->isBusy()) continue;
    KJ_IF_MAYBE (worker, context->worker()) {
      const uint64_t bytes = residentBytes(worker->handle().pid());
      const bool isFirst = largest == nullptr && largestCommand == nullptr;
      if (!isFirst && bytes <= most) continue;
      largest = context;
      most = bytes;
    }
  }
  if (largest == nullptr && largestCommand == nullptr) return false;
  if (largest == nullptr) return largestCommand->end(EndCause::outOfMemory), true;
  largest->end(EndCause::outOfMemory);
  return true;
}

bool Session::noteDeniedCall(pid_t pid, const std::string& name) {
  if (ended_) return ground_.sandbox.contains(pid);
  if (!ground_.sandbox.contains(pid)) return false;
  for (auto& [id, context] : contexts_) {
    if (context->noteDeniedCall(pid, name)) return true;
  }
  for (auto& [number, command] : commands_.all()) {
    KJ_IF_MAYBE (worker, command->worker()) {
      if (!worker->started(pid)) continue;
      command->noteDeniedCall(name);
      return true;
    }
  }
  // Nobody can tell whose it is any more: it alone fails.
  return false;
}

uint64_t Session::heldBytes() { return ended_ ? 0 : ground_.sandbox.heldBytes(); }

// Signals do it where a freezer would: none of its processes can send another one a SIGCONT when
// all are stopped.
kj::Promise<void> Session::pause() {
  if (isPaused_) return kj::READY_NOW;
  isPaused_ = true;
  pauseUse_ = use();
  ground_.clock.stop();
  return whenStopped(tools_.timer.now() + kStopBound);
}

kj::Promise<void> Session::whenStopped(kj::TimePoint giveUpAt) {
  if (ended_ || !isPaused_) return kj::READY_NOW;
  const auto& sandbox = ground_.sandbox;
  const auto roots = ground_.roster.roots(sandbox), spared = ground_.roster.keepers(sandbox);
  for (auto& stopped : stopAll(sandbox, roots, spared)) stopped_.push_back(kj::mv(stopped));
  if (areAllStopped(roots, spared) || tools_.timer.now() >= giveUpAt) return kj::READY_NOW;
  return tools_.timer.afterDelay(kStopLook).then(
      [this, giveUpAt]() { return whenStopped(giveUpAt); });
}

void Session::resume() {
  if (!isPaused_) return;
  isPaused_ = false;
  ::brood::supervisor::resume(stopped_);
  stopped_.clear();
  ground_.clock.goOn();
  pauseUse_ = kj::Own<void>();
}

}  // namespace brood::supervisor
