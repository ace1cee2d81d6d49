#pragma once
// Makes the interpreter's own state anew: most scripts write to it, and it lies wherever there was
// room while all was loaded. Each such place is a huge page that splits in each worker.

#include "runtimes/python/interpreter/py_ref.h"

#include <vector>

namespace brood {

// In the zygote, once all is loaded, and before free places are used up. What scripts can see of it
// stays as it is. The answer fills the places of the old tables: to be kept until all is made that
// workers write to.
std::vector<PyRef> renewScatteredState();

// The interpreter remembers which attributes of a class it found where: each that it looks up takes
// the place of another, somewhere, which is written to. To be followed by what scripts do.
void forgetLookedUpAttributes();

}  // namespace brood
