#pragma once
// Declarations that all lock-down layers share.
//
// A layer is a function that runs in a freshly forked worker (or a slot's init): it allocates
// nothing, throws nothing and returns 0 or an errno value. The caller names the layer when it
// reports a failure. Each layer is one file and can be tested in a forked child by itself.

#include <errno.h>

namespace brood::zygote {

// 0, or why the system call that returned `result` failed.
inline int errnoOf(long result) { return result < 0 ? errno : 0; }

// Ids inside every slot's user namespace.
constexpr unsigned kInitIdInside = 0;
constexpr unsigned kJobIdInside = 1000;

}  // namespace brood::zygote
