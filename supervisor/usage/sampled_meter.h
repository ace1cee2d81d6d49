#pragma once
// Meters for hosts without cgroups: they look at /proc from time to time.

#include <kj/memory.h>

#include <string>

#include "supervisor/usage/cgroup.h"

namespace brood::supervisor {

// `reason` says why there are no cgroups.
kj::Own<CgroupDriver> newSampledDriver(std::string reason);

}  // namespace brood::supervisor
