#pragma once
// A job as it goes down a worker's channel.

#include <kj/array.h>

#include <cstdint>

#include "base/owned_fd.h"

namespace brood::supervisor {

struct EncodedJob {
  kj::Array<kj::byte> bytes;  // Header and flat WorkerJob.
  OwnedFd content;  // The files' bytes, sealed; none if there are few, which are in the message.
};

// Bounds each process where nothing bounds the sandbox as a whole until somebody looks; 0: no
// bound.
struct Backstops {
  uint64_t dataBytes = 0;
  uint64_t processes = 0;  // The user's processes.
};

}  // namespace brood::supervisor
