#pragma once
// How many jobs run at once, and who waits: a bounded queue with a deadline.

#include <kj/async.h>
#include <kj/timer.h>

#include <cstdint>
#include <list>

namespace brood {

class Admission {
 public:
  Admission(kj::Timer& timer, uint32_t maxConcurrent, uint32_t queueLimit, uint64_t queueTimeoutMs);
  KJ_DISALLOW_COPY(Admission);

  enum class Refusal { none, queueFull, queueTimeout, draining };
  // Holds a place among the running jobs until dropped; empty if refused.
  struct Entry {
    kj::Own<void> permit;
    Refusal refusal = Refusal::none;
  };
  // Null if it would have to wait.
  kj::Maybe<Entry> enterNow();
  // First come, first served. Dropping the promise gives the place in the queue up.
  kj::Promise<Entry> enter();

  // Refuses newcomers and everybody in the queue; resolves when the last running job is done.
  kj::Promise<void> drain();

  size_t running() const { return running_; }
  size_t queued() const { return waiters_.size(); }
  bool draining() const { return draining_; }

 private:
  class Waiter;
  class Permit;

  void release();

  kj::Timer& timer_;
  uint32_t maxConcurrent_;
  uint32_t queueLimit_;
  uint64_t queueTimeoutMs_;
  size_t running_ = 0;
  bool draining_ = false;
  std::list<Waiter*> waiters_;
  kj::Maybe<kj::Own<kj::PromiseFulfiller<void>>> drained_;
};

}  // namespace brood
