#pragma once
// The one interface of a slot's network.

namespace brood::zygote {

// In the network namespace of the caller, over which it needs CAP_NET_ADMIN. Returns 0 or errno.
// Allocates nothing.
int bringLoopbackUp();

}  // namespace brood::zygote
