#pragma once
// What the kernel lets us do, found by doing it.

#include "cli/doctor/check.h"

namespace brood {

Checks checkNamespaces();
Checks checkSeccomp();
Checks checkLandlock();

}  // namespace brood
