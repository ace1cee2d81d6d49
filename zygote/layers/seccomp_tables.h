#pragma once
// System calls by theme, as data for SeccompPolicy.

#include <kj/array.h>

namespace brood {

// Every call of these is allowed (its arguments may still be refused).
kj::ArrayPtr<const kj::ArrayPtr<const char* const>> allowedSyscalls();

// Known privileged calls: EPERM, as an unprivileged caller of the real thing gets.
kj::ArrayPtr<const char* const> privilegedSyscalls();

}  // namespace brood
