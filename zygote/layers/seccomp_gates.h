#pragma once
// Calls whose arguments are looked up in lists, as instructions for the kernel.
//
// libseccomp can refuse what it is told of; what a later kernel gives a meaning to it lets pass.
// Here it is the other way round: what is in no list does not get in. The kernel takes each of
// these arguments as 32 bits and so do we, whatever is above them.

#include <kj/array.h>
#include <linux/filter.h>
#include <seccomp.h>

#include <cstdint>

namespace brood::zygote {

struct NamedValue {
  const char* name;
  uint32_t value;
};

using NamedValues = kj::ArrayPtr<const NamedValue>;

// One look at one argument.
struct SeccompGate {
  static constexpr unsigned kAlways = 6;  // No call has so many arguments.

  unsigned argument;
  NamedValues values;
  // Or of one of these kinds: by the bits that are in the mask.
  NamedValues kinds = nullptr;
  uint32_t kindMask = 0;
  // Actions of libseccomp. SCMP_ACT_ALLOW is to go on with the next gate.
  uint32_t inside = SCMP_ACT_ALLOW;
  uint32_t outside = SCMP_ACT_ALLOW;
  // Only where another argument has this value.
  unsigned whenArgument = kAlways;
  uint32_t whenValue = 0;
};

// All gates of one call, passed in turn.
struct GatedSyscall {
  int number;
  kj::ArrayPtr<const SeccompGate> gates;
};

// Instructions to put before a whole filter, which is what the passed calls, all other calls and
// those of other architectures come to. Throws where there are too many for the jumps of a filter.
kj::Array<sock_filter> compileGates(kj::ArrayPtr<const GatedSyscall> syscalls);

}  // namespace brood::zygote
