#pragma once
// Checks that the parts of Brood's installation are there.

#include <string>

#include "cli/doctor/check.h"
#include "config/config.h"
#include "host/tier.h"

namespace brood::cli {

// Host uids that no account and no subordinate range (/etc/subuid) uses.
Checks checkHostIds(const SandboxConfig& sandbox, Tier tier);

// The zygote binaries and the runtimes' manifests.
Checks checkFiles(const SupervisorConfig& supervisor, const std::string& binDir);

// Modules that a running supervisor could not preload. Nothing if none runs.
// Reports the forbidden acts that succeeded for the canary of a running supervisor.
Checks checkCanary(const std::string& socketPath);
Checks checkPreload(const std::string& socketPath);

}  // namespace brood::cli
