#pragma once
// Which control groups can be made.

#include "cli/doctor/check.h"
#include "config/config.h"

namespace brood::cli {

// One check for each of memory, pids and cpu, by making a group and removing it.
Checks checkCgroups(const SandboxConfig& sandbox);

}  // namespace brood::cli
