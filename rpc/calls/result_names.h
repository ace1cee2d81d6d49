#pragma once
// The words of the public interface for how a job ended and how it was started.

#include "rpc/calls/supervisor.capnp.h"

namespace brood {

// "ok", "timeout" ...; "unknown" for a value of a newer schema.
const char* statusName(rpc::JobStatus status);
// "hot", "warm" or "cold"; "unknown" likewise.
const char* startName(rpc::StartKind start);

}  // namespace brood
