#pragma once
// Cancelling a server's call when its client has gone, on every Cap'n Proto we build against.

#include <capnp/common.h>

namespace brood {

// Call first in each method whose work is worth stopping for a vanished client. From version 1.0
// the schema's $Cxx.allowCancellation does it, and the method of that name no longer compiles.
template <typename Context>
void allowCancellation([[maybe_unused]] Context& context) {
#if CAPNP_VERSION < 1000000
  context.allowCancellation();
#endif
}

}  // namespace brood
