#pragma once
// The settings of [egress] and of its aliases.

#include <vector>

#include "config/settings.h"

namespace brood {

// Those of config.egress.aliases included.
void addEgressSettings(const Config& config, std::vector<Setting>& all);

}  // namespace brood
