#pragma once
// The user namespace that an ordinary user's supervisor lives in, with all it starts.

#include "host/probe.h"

namespace brood {

// Moves this single-threaded process into a new user namespace in which its uid and gid are 0, and
// a mount namespace of that. It
// has every capability over that and over what is made inside, programs it executes likewise, and
// none over the host. Other ids do not exist there, and groups can no longer be changed. Before
// the process makes itself undumpable, after which it may not write its own map.
ProbeStep enterOuterNamespace();

}  // namespace brood
