#pragma once
// The settings of the gateway: where it listens, who may do what, what is written down about it.

#include <vector>

#include "config/settings.h"

namespace brood {

void addFrontSettings(std::vector<Setting>& all);

}  // namespace brood
