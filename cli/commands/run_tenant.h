#pragma once
// The tenant of a job that `brood run` starts: that of the key it is given.

#include <optional>
#include <string>

#include "base/utc_time.h"
#include "config/config.h"
#include "config/secrets.h"

namespace brood::cli {

struct RunTenant {
  std::string name;         // Empty: the operator's own job, which has no tenant.
  uint32_t jobsAtOnce = 0;  // 0: any number.
};

// The key is in the file `keyPath`, or else in BROOD_API_KEY; no option takes it, because every
// user sees the arguments of every program. Without a key file the key of the environment is the
// one key that there is, as for `brood serve`. Throws CliError for a key that may not run jobs: the
// supervisor's socket would let its user do so without, but not as that tenant.
RunTenant tenantOfRun(const std::optional<std::string>& keyPath, const Secrets& secrets,
                      const AccessConfig& config, UnixMillis now = wallClockMillis());

}  // namespace brood::cli
