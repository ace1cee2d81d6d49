#pragma once
// Keeps the way of a job in the CPUs' caches for a moment after one, for the next.
//
// A hot job is mostly code, data and page tables that a CPU has forgotten since the one before, and a
// few milliseconds of anything else are enough for that. So its way is gone through again and again,
// which costs a twenty-fifth of one CPU for as long as it goes on, and is in nobody's way.

#include <kj/async.h>
#include <kj/timer.h>

#include <functional>

namespace brood {

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

}  // namespace brood
