#pragma once
// Finds by trial which operations the kernel permits.

#include "base/policy/layers.h"
#include "cli/doctor/check.h"

namespace brood::cli {

// Layers that the policy has switched off are not tried.
Checks checkNamespaces(const LayerPolicy& layers);
Checks checkSeccomp(const LayerPolicy& layers);
Checks checkLandlock(const LayerPolicy& layers);

}  // namespace brood::cli
