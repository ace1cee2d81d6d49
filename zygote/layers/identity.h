#pragma once
// The user that a process has inside its slot.

namespace brood::zygote {

// Real, effective and saved uid and gid become `id` (as seen inside the user namespace), without
// any supplementary group. Returns 0 or errno.
int becomeInside(unsigned id);

}  // namespace brood::zygote
