#pragma once
// Hosts that a job has reached and been refused, as the broker has counted them.

#include <cstdint>
#include <string>
#include <vector>

#include "egress/control/egress.capnp.h"

namespace brood::supervisor {

struct EgressReport {
  struct Allowed {
    std::string host;
    uint16_t port = 0;
    uint32_t connections = 0;
    uint64_t upBytes = 0, downBytes = 0;
  };
  struct Denied {
    std::string host;
    uint16_t port = 0;
    std::string reason, rule;
    uint32_t count = 0;
  };

  std::vector<Allowed> allowed;
  std::vector<Denied> denied;
  uint64_t unlisted = 0;  // Connections that the lists have no room for.
  bool isLost = false;    // The broker ended before it could say.
};

EgressReport readReport(egress::wire::Report::Reader from);

}  // namespace brood::supervisor
