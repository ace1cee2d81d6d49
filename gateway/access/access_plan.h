#pragma once
// The configuration's answer to who may ask for jobs.

#include <optional>
#include <string>

#include "config/config.h"
#include "config/secrets.h"

namespace brood::gateway {

struct AccessPlan {
  enum class Kind {
    open,     // Every client.
    keys,     // The holder of any key.
    needsKey  // Nobody yet: there are no keys, and others than this machine may connect.
  };
  Kind kind = Kind::open;
  bool hasKeyFile = false;
  std::optional<std::string> oneKey;

  bool asksForKeys() const { return kind != Kind::open; }
};

// Looks whether there is a key file, and whether gateway.host is this machine alone. Throws
// ConfigError for what contradicts itself: keys that nobody would be asked for, and keys that are
// asked for and are not there.
AccessPlan planAccess(const Config& config, const Secrets& secrets);

// Whether there is anything for the recorder to do.
bool needsRecorder(const Config& config, const AccessPlan& plan);

}  // namespace brood::gateway
