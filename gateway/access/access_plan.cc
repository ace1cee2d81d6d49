#include "gateway/access/access_plan.h"

#include <unistd.h>

#include "base/host_address.h"
#include "config/loader.h"

namespace brood::gateway {

AccessPlan planAccess(const Config& config, const Secrets& secrets) {
  const AccessConfig& access = config.access;
  AccessPlan plan;
  plan.oneKey = secrets.apiKey;
  // One that is named has to be there; reading it says why it is not.
  plan.hasKeyFile = !access.keysFile.empty() || ::access(access.keysPath().c_str(), F_OK) == 0;
  const bool hasKeys = plan.hasKeyFile || plan.oneKey;
  if (access.mode == "open") {
    if (plan.oneKey || !access.keysFile.empty()) {
      throw ConfigError(std::string("access.mode: is open, and ") +
                        (plan.oneKey ? std::string(kApiKeyVariable) : "access.keys_file") +
                        " is set: nobody would be asked for a key");
    }
    plan.hasKeyFile = false;
    return plan;
  }
  if (hasKeys) {
    plan.kind = AccessPlan::Kind::keys;
  } else if (access.mode == "keys") {
    throw ConfigError(
        "access.mode: is keys, and there are none: make one by `brood key create`, "
        "or set BROOD_API_KEY");
  } else if (!isLoopback(config.gateway.host)) {
    plan.kind = AccessPlan::Kind::needsKey;
  }
  return plan;
}

bool needsRecorder(const Config& config, const AccessPlan& plan) {
  return plan.asksForKeys() || !config.audit.path.empty() || !config.traces.endpoint.empty() ||
         !config.supabase.url.empty() || config.gateway.speaksTls();
}

}  // namespace brood::gateway
