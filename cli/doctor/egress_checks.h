#pragma once
// Lines of `brood doctor` about what jobs may reach of the network.

#include "cli/doctor/check.h"
#include "config/config.h"

namespace brood::cli {

// Asks the running supervisor whether jobs have network, and what protects the broker. What they
// cannot reach is among the canary's lines.
Checks checkEgress(const Config& config);

}  // namespace brood::cli
