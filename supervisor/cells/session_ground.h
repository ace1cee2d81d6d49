#pragma once
// The things that all workers of one session share.

#include <kj/timer.h>

#include <algorithm>
#include <thread>

#include "config/config.h"
#include "supervisor/cells/run_clock.h"
#include "supervisor/cells/session_worker.h"
#include "supervisor/sandboxes/sandbox.h"

namespace brood::supervisor {

// The kernel's counters go up as long as the session lives; each cell and each command is told what
// came in its time.
class CounterShares {
 public:
  Usage take(Usage usage) {
    const Usage before = before_;
    // What is read of them when all went well is less.
    before_.oomKills = std::max(before.oomKills, usage.oomKills);
    before_.processDenials = std::max(before.processDenials, usage.processDenials);
    usage.oomKills -= std::min(before.oomKills, usage.oomKills);
    usage.processDenials -= std::min(before.processDenials, usage.processDenials);
    return usage;
  }
  // Whether all kills that the kernel has counted by now are known to somebody.
  bool hasTold(const Usage& usage) const { return usage.oomKills <= before_.oomKills; }

 private:
  Usage before_;
};

// Owned by the session, which borrows what it refers to.
struct SessionGround {
  kj::Timer& timer;
  const Config& config;
  Sandbox& sandbox;
  RunClock clock{timer};
  SessionRoster roster{};
  CounterShares counters{};

  uint32_t cpuMillicores() const {
    const uint32_t quota = config.sandbox.cpuMillicores;
    return quota != 0 ? quota : 1000 * std::thread::hardware_concurrency();
  }
};

}  // namespace brood::supervisor
