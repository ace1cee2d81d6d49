#pragma once
// Shares what all warm pools live off: slots, memory, and the CPU time that starting workers takes,
// and what is left of it while nothing is going on.

#include <kj/async.h>
#include <kj/timer.h>

#include <functional>
#include <vector>

#include "supervisor/usage/memory_pressure.h"

namespace brood::supervisor {

class WarmPool;

// Owned beside the pools, which it outlives. Between two jobs it sleeps, but for a look at the
// memory now and then.
class PoolGovernor {
 public:
  // Borrowed. `maxParked`: workers of all pools together that may be parked.
  PoolGovernor(kj::Timer& timer, size_t maxParked, MemoryPressure pressure);
  KJ_DISALLOW_COPY(PoolGovernor);

  void add(WarmPool& pool) { pools_.push_back(&pool); }
  void remove(WarmPool& pool);

  // A job has come: the targets are looked at again before long.
  void noteArrival(kj::TimePoint now);
  // How many workers `pool` may be starting now. One with jobs waiting, or with less than its
  // minimum, goes before the running jobs; after that these go before it.
  size_t startsAllowed(const WarmPool& pool) const;
  // A start has come to its end: whoever is worst off goes first.
  void noteStartEnded();

  bool isMemoryShort() const { return isMemoryShort_; }

  // Looks at the memory and at what each pool wants, and gives it a target; called from time to
  // time. False when all pools are at rest.
  bool setTargets();

 private:
  kj::Promise<void> look(kj::Duration pause);
  // No job has come for a moment, and no worker is on its way.
  bool isQuiet() const;
  void startPriming();
  kj::Promise<void> primeWhileQuiet();
  void lookAtMemory();

  kj::Timer& timer_;
  size_t maxParked_;
  MemoryPressure pressure_;
  const size_t cores_;  // Online when we started: asking reads a file.
  bool isMemoryShort_ = false;
  std::vector<WarmPool*> pools_;
  bool isAwake_ = false;
  kj::TimePoint lastArrival_ = kj::origin<kj::TimePoint>();
  bool isPriming_ = false;
  kj::Promise<void> looking_ = nullptr, priming_ = kj::READY_NOW;
};

}  // namespace brood::supervisor
