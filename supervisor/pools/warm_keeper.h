#pragma once
// For 250 ms after a job, runs the next worker's no-op script every 2 ms, so that the code a job
// executes stays in the CPU caches.
//
// A hot job is mostly code, data and page tables that a CPU has forgotten since the last one, and a
// few milliseconds of other work are enough for that. The exercise costs 4 % of one CPU while it
// lasts, and stops when there is other work.

#include <kj/async.h>
#include <kj/timer.h>

#include <functional>

namespace brood::supervisor {

class WarmKeeper {
 public:
  // Callers that come back, do so by then; for others it would be a waste.
  static constexpr auto kMoment = 250 * kj::MILLISECONDS;
  static constexpr auto kPause = 2 * kj::MILLISECONDS;

  // `goThrough` is called once in each pause for a moment after each job. The timer is borrowed.
  WarmKeeper(kj::Timer& timer, std::function<void()> goThrough)
      : timer_(timer), goThrough_(std::move(goThrough)) {}
  KJ_DISALLOW_COPY(WarmKeeper);

  // A job has been answered.
  void noteJob();

 private:
  kj::Promise<void> keepOn();

  kj::Timer& timer_;
  const std::function<void()> goThrough_;
  kj::TimePoint lastJobAt_ = kj::origin<kj::TimePoint>();
  bool isKeeping_ = false;
  kj::Promise<void> keeping_ = kj::READY_NOW;
};

}  // namespace brood::supervisor
