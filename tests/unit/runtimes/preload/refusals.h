#pragma once
// Has the kernel refuse the same calls to all of these tests, and keeps its answers from before.

#include "tests/unit/runtimes/preload/interface_sets.h"

namespace brood {

const AddressSet& addressesWithoutRefusals();
const InterfaceSet& interfacesWithoutRefusals();

// For good: in a child.
void refuseSockets();

}  // namespace brood
