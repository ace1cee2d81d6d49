#pragma once
// Counts what the broker has done since it started, for metrics.

#include <cstdint>
#include <map>
#include <string>

namespace brood::egress {

struct Counters {
  uint64_t connections = 0;
  uint64_t upBytes = 0, downBytes = 0;
  // By reason, which is one of a small fixed set.
  std::map<std::string, uint64_t> refused;
};

}  // namespace brood::egress
