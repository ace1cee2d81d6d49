#pragma once
// Runs a function in a forked child: layers cannot be undone.

#include <functional>

namespace brood::zygote {

// The child's exit code, which is what the function returns; 256 + N when signal N killed it.
int inForkedChild(const std::function<int()>& function);

}  // namespace brood::zygote
