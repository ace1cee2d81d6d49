#pragma once
// What Brood itself needs to be there.

#include <string>

#include "cli/doctor/check.h"
#include "config/config.h"

namespace brood {

// Host uids that no account and no subordinate range (/etc/subuid) uses.
Checks checkHostIds(const SandboxConfig& sandbox);

// The zygote binaries and the runtimes' manifests.
Checks checkFiles(const SupervisorConfig& supervisor, const std::string& binDir);

// Modules that a running supervisor could not preload. Nothing if none runs.
// What the canary of a running supervisor could do in its sandboxes.
Checks checkCanary(const std::string& socketPath);
Checks checkPreload(const std::string& socketPath);

}  // namespace brood
