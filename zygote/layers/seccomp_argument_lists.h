#pragma once
// The allowed options of the calls that do many things by one number: prctl, fcntl, ioctl,
// setsockopt.
//
// An option that can hold uncounted memory, or a quota of the whole host, is not allowed.
// docs/decisions/0001-what-a-system-call-can-hold.md names all of these and says what each call can
// hold.

#include "zygote/layers/seccomp_gates.h"

namespace brood::zygote {

NamedValues allowedPrctls();
// Some of them are refused by seccomp_arguments.cc, with another errno than what is unknown.
NamedValues allowedFcntls();
// By the whole number, and by its second byte, which stands for a kind of device (ioctl(2)).
NamedValues allowedIoctls();
NamedValues allowedIoctlKinds();
constexpr uint32_t kIoctlKindMask = 0xff00;

// setsockopt's levels, and the options of each level.
NamedValues allowedSocketLevels();
NamedValues allowedSocketOptions();
NamedValues allowedIpOptions();
NamedValues allowedIpv6Options();
NamedValues allowedTcpOptions();
NamedValues allowedUdpOptions();
// Answered as if they were done: programs ask for larger buffers and cope with any.
NamedValues bufferSizes();
// Memberships in multicast groups: answered as on a host without a device for them (ENODEV), which
// is what loopback alone is to most of them anyway.
NamedValues ipMemberships();
NamedValues ipv6Memberships();

}  // namespace brood::zygote
