#pragma once
// The broker's last configuration. A value that never changes; a new list is a new one.

#include <kj/time.h>

#include <memory>

#include "egress/policy/policy.h"
#include "egress/proxies/aliases.h"

namespace brood::egress {

struct Settings {
  Policy policy;
  Surroundings surroundings;
  bool requireSni = true;
  Aliases aliases;
  uint32_t connections = 4096;
  uint32_t headBytes = 32 * 1024;
  kj::Duration headTimeout = 30 * kj::SECONDS;
  kj::Duration dialTimeout = 15 * kj::SECONDS;
  kj::Duration lookupTimeout = 10 * kj::SECONDS;
};

// Where connections find them. What began under one goes on with it.
using SettingsPtr = std::shared_ptr<const Settings>;

}  // namespace brood::egress
