#pragma once
// The machine's own floors, measured between the jobs.

#include "bench/floors/fork_exit.h"
#include "bench/floors/ping_pong.h"

namespace brood::bench {

// Construct first of all: both fork helpers, which should be small.
struct Floors {
  PingPong pingPong = acrossCpus();
  ForkExit forkExit;
};

}  // namespace brood::bench
