#pragma once
// Peers that are a program, executed for each job.

#include "bench/peers/plan.h"

namespace brood::bench {

// From the spawn until all output was read and the process reaped.
Answer runCommand(const PeerSpec& spec, const JobText& job);

// So many threads without a pause: jobs per second. Throws PeerError.
double commandRate(const PeerSpec& spec, const JobMaker& jobs, size_t clients, double seconds);

}  // namespace brood::bench
