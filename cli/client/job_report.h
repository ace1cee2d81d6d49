#pragma once
// Lines for people about one job.

#include <string>

#include "rpc/calls/supervisor.capnp.h"

namespace brood::cli {

// "brood: timeout: ...\n" for a job that Brood or a signal ended; empty for one that ended itself.
std::string verdictLine(rpc::JobResult::Reader result);

// "brood: hot start: queue 0 us, acquire 12 us, run 310 us, total 340 us; ...\n"
std::string timingLine(rpc::JobResult::Reader result);

// "refused: limits.wall_time_ms must be ..."
std::string rejectionLine(rpc::Rejection::Reader rejection);

}  // namespace brood::cli
