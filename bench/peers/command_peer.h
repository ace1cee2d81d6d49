#pragma once
// Peers that are a program, executed for each job.

#include "bench/peers/plan.h"

namespace brood::bench {

// From the spawn until all output was read and the process reaped.
Answer runCommand(const PeerSpec& spec, const JobText& job);

// Jobs per second, each client a thread. Throws PeerError.
double commandRate(const PeerSpec& spec, const Load& load);

}  // namespace brood::bench
