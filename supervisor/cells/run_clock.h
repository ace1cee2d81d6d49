#pragma once
// The time in which a session runs: it stands still while the session is paused.

#include <kj/async.h>
#include <kj/timer.h>

#include <cstdint>
#include <vector>

namespace brood::supervisor {

// Of the calendar, since 1970.
int64_t unixNowMs();

class RunClock {
 public:
  // Borrowed.
  explicit RunClock(kj::Timer& timer) : timer_(timer) {}
  KJ_DISALLOW_COPY(RunClock);

  void stop();
  void goOn();
  bool isStopped() const { return isStopped_; }
  kj::TimePoint now() const { return (isStopped_ ? stoppedAt_ : timer_.now()) - stoodStill_; }
  // Resolves when so much time has passed by it.
  kj::Promise<void> afterDelay(kj::Duration delay);

 private:
  kj::Promise<void> at(kj::TimePoint time);

  kj::Timer& timer_;
  bool isStopped_ = false;
  kj::TimePoint stoppedAt_ = kj::origin<kj::TimePoint>();
  kj::Duration stoodStill_ = 0 * kj::NANOSECONDS;
  std::vector<kj::Own<kj::PromiseFulfiller<void>>> waiting_;
};

}  // namespace brood::supervisor
