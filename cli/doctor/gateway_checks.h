#pragma once
// Checks of what confines the gateway: its own user, Landlock and its seccomp filter.

#include "cli/doctor/check.h"
#include "config/config.h"

namespace brood::cli {

// As whom it would run, and what it can be confined by. /health has what it is.
Checks checkGateway(const Config& config);

}  // namespace brood::cli
