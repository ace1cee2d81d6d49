#pragma once
// How many jobs run at once, and who waits: a bounded queue with a deadline, in which tenants take
// turns.

#include <kj/async.h>
#include <kj/timer.h>

#include <cstdint>
#include <string_view>

#include "supervisor/base/fair_queue.h"

namespace brood::supervisor {

// The owner of a job. All jobs without a name are one tenant's.
struct JobTenant {
  std::string_view name = {};
  uint32_t mostRunning = 0;  // Jobs of the tenant at once; 0: any number.
};

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
  kj::Maybe<Entry> enterNow(const JobTenant& whose = {});
  // First come, first served, among the jobs of one tenant; tenants take turns (FairQueue). Where
  // the queue is full, the last job of the tenant that has most of them in it gives way to one of a
  // tenant that has fewer. Dropping the promise gives the place in the queue up.
  kj::Promise<Entry> enter(const JobTenant& whose = {});

  // Refuses newcomers; resolves when those in the queue and the last running job are done.
  kj::Promise<void> drain();
  // Refuses everybody in the queue.
  void refuseWaiting();

  size_t running() const { return running_; }
  size_t queued() const { return queue_.size(); }
  bool draining() const { return draining_; }

 private:
  class Waiter;
  class Permit;
  using Queue = FairQueue<Waiter*>;

  Entry admit(Queue::Tenant& tenant);
  void release();

  kj::Timer& timer_;
  uint32_t maxConcurrent_;
  uint32_t queueLimit_;
  uint64_t queueTimeoutMs_;
  size_t running_ = 0;
  bool draining_ = false;
  Queue queue_;
  kj::Maybe<kj::Own<kj::PromiseFulfiller<void>>> drained_;
};

}  // namespace brood::supervisor
