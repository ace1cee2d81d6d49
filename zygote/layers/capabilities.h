#pragma once
// Capabilities: none, and no way back to any.

namespace brood::zygote {

// Each returns 0 or errno. The first two need CAP_SETPCAP, so they come before the last two.

// Empties the bounding and ambient sets: no execve gives what is not in them.
int emptyCapabilityBounds();
int clearAmbientCapabilities();
// Neither a uid change nor execve as uid 0 changes capabilities, for good.
int lockSecurebits();

// Empties the effective, permitted and inheritable sets.
int dropAllCapabilitiesOnThisThread();
// For who cannot lock them: 0 if nothing they forbid can come about, for this process is not uid 0,
// has no capability to become it, and no execve gives any. Else EPERM.
int requireUselessSecurebits();
// No setuid program and no file capability counts any more, and filters may be installed.
int forbidNewPrivileges();

}  // namespace brood::zygote
