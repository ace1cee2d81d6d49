#pragma once
// An admitted job as it goes down a worker's channel.

#include <kj/array.h>

#include "config/config.h"
#include "rpc/owned_fd.h"

namespace brood {

struct JobMessage {
  kj::Array<kj::byte> bytes;  // Header and flat WorkerJob.
  OwnedFd content;  // The files' bytes, sealed; none if there are few, which are in the message.
};

// Who keeps a job to its memory.
enum class MemoryBounds {
  ofSandbox,      // A limit on the whole, or what it has of its own.
  ofEachProcess,  // Samples, and a backstop in each process.
};

struct JobRequest;
JobMessage encodeJob(const JobRequest& request, const ResultsConfig& results, MemoryBounds bounds);

}  // namespace brood
