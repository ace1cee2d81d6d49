#pragma once
// Counts what sessions do, for metrics.

#include <array>
#include <cstdint>
#include <map>

#include "rpc/calls/supervisor.capnp.h"

namespace brood::supervisor {

struct SessionCounts {
  uint64_t opened = 0;
  std::map<std::string, uint64_t> ended;  // By why.
  std::map<rpc::JobStatus, uint64_t> cells;
  uint64_t contextsLost = 0;
  uint64_t commands = 0;
  uint64_t agentStarts = 0;
};

}  // namespace brood::supervisor
