#pragma once
// Capabilities: none, and no way back to any.

namespace brood {

// First half, while the thread still holds CAP_SETPCAP: empties the bounding and ambient sets and
// locks the securebits, so that neither a uid change nor execve of a root-owned program gives
// capabilities. Returns 0 or errno.
int forbidGainingCapabilities();

// Second half: empties the effective, permitted and inheritable sets and sets no_new_privs.
// Returns 0 or errno.
int dropAllCapabilitiesOnThisThread();

}  // namespace brood
