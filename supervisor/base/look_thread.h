#pragma once
// A thread for looks at what jobs do (/proc, their directories), which take as long as jobs please.
//
// The loop hands over steps and gets a promise; nothing else is shared. What an answer waits for
// goes first, and among equals each gets a step in turn: a look that takes long delays nobody who
// needs little. The rest has half of a CPU at most, all jobs together: as long as a step took, so
// long the thread rests.

#include <kj/async.h>
#include <kj/time.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace brood::supervisor {

// When a job is looked at again: ten times what the last look took, and no sooner than 10 ms. Half
// of that to one and a half, by `random`, so that no job can know when.
kj::Duration pauseBeforeNextLook(uint64_t tookMicros, uint32_t random);

class LookThread {
 public:
  enum class Urgency { routine, awaited };
  // A little of the work. True when that was the last of it. What it throws rejects the promise.
  using Step = std::function<bool()>;

  LookThread() = default;
  // Waits for the step that is under way; what is left of the work is dropped, and its promises
  // reject.
  ~LookThread();
  LookThread(const LookThread&) = delete;

  // Where jobs count among our user's tasks, and could use them all up, it has to be there before
  // them.
  void start();
  // Does the work on the thread, which the first call starts. Resolves on the caller's loop with
  // the CPU time that the steps took, in microseconds. To drop the promise does not stop the work.
  kj::Promise<uint64_t> run(Step step, Urgency urgency);

 private:
  using Clock = std::chrono::steady_clock;
  struct Work {
    Step step;
    kj::Own<kj::CrossThreadPromiseFulfiller<uint64_t>> fulfiller;
    uint64_t tookMicros = 0;
  };

  void serve();
  // Waits for some. Nothing when the thread is to end.
  std::optional<Work> next(std::unique_lock<std::mutex>& lock, Urgency& urgency);
  std::deque<Work>& queueOf(Urgency urgency) {
    return urgency == Urgency::awaited ? awaited_ : routine_;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> awaited_, routine_;
  Clock::time_point restsUntil_{};
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace brood::supervisor
