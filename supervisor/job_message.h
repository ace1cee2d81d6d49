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

// What each process is bound by where nothing bounds the sandbox as a whole until somebody looks;
// 0: nothing.
struct Backstops {
  uint64_t dataBytes = 0;
  uint64_t processes = 0;  // Of the user.
};

struct JobRequest;
// With `executes`, the command that runs the job goes with it.
JobMessage encodeJob(const JobRequest& request, const ResultsConfig& results,
                     const Backstops& backstops, bool executes);

}  // namespace brood
