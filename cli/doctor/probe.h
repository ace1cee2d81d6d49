#pragma once
// Trying something out where it leaves no trace.

namespace brood::cli {

// Runs `attempt` in a forked child and returns what it returned: 0, or an errno. The process must
// have one thread. -1 when the child was killed.
int probeInChild(int (*attempt)());

}  // namespace brood::cli
