#pragma once
// Peers that are asked over a connection which stays open.

#include "bench/peers/plan.h"
#include "rpc/loop/uv_io.h"

namespace brood::bench {

kj::Own<JobClient> connect(UvAsyncIo& io, const PeerSpec& spec);

// Jobs per second, each client a connection. Throws when an answer is wrong.
double serviceRate(UvAsyncIo& io, const PeerSpec& spec, const Load& load);

}  // namespace brood::bench
