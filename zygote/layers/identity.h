#pragma once
// Who a process is inside its slot.

namespace brood {

// Real, effective and saved uid and gid become `id` (as seen inside the user namespace), without
// any supplementary group. Returns 0 or errno.
int becomeInside(unsigned id);

}  // namespace brood
