#pragma once
// The tenant of what `brood run` and `brood session` start: that of the key they are given.

#include <optional>
#include <string>

#include "base/utc_time.h"
#include "config/config.h"
#include "config/secrets.h"
#include "gateway/access/key_file.h"

namespace brood::cli {

struct RunTenant {
  std::string name;         // Empty: the operator's own job, which has no tenant.
  uint32_t jobsAtOnce = 0;  // 0: any number.
  uint32_t sessions = 0;    // As above.
};

// The key is in the file `keyPath`, or else in BROOD_API_KEY; no option takes it, because every
// user sees the arguments of every program. Without a key file the key of the environment is the
// one key that there is, as for `brood serve`. Throws CliError for a key that may not run jobs: the
// supervisor's socket would let its user do so without, but not as that tenant.
// `scope`: what the key has to be good for, Scope::session for sessions.
RunTenant tenantOfRun(const std::optional<std::string>& keyPath, const Secrets& secrets,
                      const AccessConfig& config, UnixMillis now = wallClockMillis(),
                      gateway::Scope scope = gateway::Scope::run);

}  // namespace brood::cli
