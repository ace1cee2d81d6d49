#pragma once
// Bounds what a slot's network namespace holds for processes that do not fetch it.
//
// A connection that nobody has accepted needs no descriptor, and neither does what a closed socket
// still has to send; so descriptors bound neither. With the kernel's own settings one listening TCP
// socket keeps gigabytes (4,096 connections of 4 MB), which no cgroup of version 1 counts.

namespace brood::zygote {

// Acts on the namespace that this process is in, over which it must have CAP_NET_ADMIN. Settings
// that this kernel lacks are left out, and so are all of them where /proc/sys is read-only, as in a
// container that may not mount a /proc. Returns 0 or errno.
int keepQueuesShort();

}  // namespace brood::zygote
