#pragma once
// The plan of `brood serve`: which parts it starts, and which secrets each of them is given.

#include <optional>
#include <string>
#include <vector>

#include "config/config.h"

namespace brood::cli {

struct ServePlan {
  bool needsRecorder = false;
  bool asksForKeys = false;
  // Made for this run, because others than this machine may connect and there was none.
  std::optional<std::string> madeKey;
  // Each part gets the secrets that it needs and no others: the supervisor, which starts what jobs
  // run in, none at all.
  std::vector<std::string> supervisorEnvironment;
  std::vector<std::string> gatewayEnvironment;
  std::vector<std::string> recorderEnvironment;
};

// `environment` as in environ(7). Throws ConfigError for what cannot be served.
ServePlan planServing(const Config& config, const std::vector<std::string>& environment);

}  // namespace brood::cli
