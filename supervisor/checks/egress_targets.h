#pragma once
// Where a canary with network asks to be led, and must not be.

#include <string>
#include <vector>

#include "egress/policy/policy.h"

namespace brood::supervisor {

struct EgressTarget {
  const char* name;  // The check's.
  const char* what;
  const char* host;
  uint16_t port;

  std::string text() const { return std::string(host) + ":" + std::to_string(port); }
};

// An unlisted name, an address and the metadata address: those that this list does not allow.
std::vector<EgressTarget> refusedTargets(const egress::Policy& policy);

}  // namespace brood::supervisor
