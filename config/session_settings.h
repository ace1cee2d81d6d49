#pragma once
// The settings of [sessions].

#include <vector>

#include "config/settings.h"

namespace brood {

void addSessionSettings(std::vector<Setting>& all);

}  // namespace brood
