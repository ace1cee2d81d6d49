#pragma once
// What the kernel lets us do, found by doing it.

#include "cli/doctor/check.h"
#include "rpc/layers.h"

namespace brood {

// What the policy has switched off is not tried.
Checks checkNamespaces(const LayerPolicy& layers);
Checks checkSeccomp(const LayerPolicy& layers);
Checks checkLandlock(const LayerPolicy& layers);

}  // namespace brood
