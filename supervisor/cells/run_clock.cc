#include "supervisor/cells/run_clock.h"

#include <ctime>

namespace brood::supervisor {

int64_t unixNowMs() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

void RunClock::stop() {
  if (isStopped_) return;
  stoppedAt_ = timer_.now();
  isStopped_ = true;
}

void RunClock::goOn() {
  if (!isStopped_) return;
  isStopped_ = false;
  stoodStill_ = stoodStill_ + (timer_.now() - stoppedAt_);
  auto waiting = std::move(waiting_);
  waiting_.clear();
  for (auto& waiter : waiting) waiter->fulfill();
}

kj::Promise<void> RunClock::afterDelay(kj::Duration delay) { return at(now() + delay); }

kj::Promise<void> RunClock::at(kj::TimePoint time) {
  if (isStopped_) {
    auto paf = kj::newPromiseAndFulfiller<void>();
    waiting_.push_back(kj::mv(paf.fulfiller));
    return paf.promise.then([this, time]() { return at(time); });
  }
  if (now() >= time) return kj::READY_NOW;
  return timer_.afterDelay(time - now()).then([this, time]() { return at(time); });
}

}  // namespace brood::supervisor
