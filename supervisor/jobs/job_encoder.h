#pragma once
// Turns an admitted job into the message that goes down a worker's channel.

#include "config/config.h"
#include "supervisor/jobs/admitted_job.h"
#include "supervisor/sandboxes/encoded_job.h"

namespace brood::supervisor {

// With `executes`, the command that runs the job goes with it. With `acknowledgesResults` the
// worker waits for a word after each result.
EncodedJob encodeJob(const AdmittedJob& job, const ResultsConfig& results,
                     const Backstops& backstops, bool executes, bool acknowledgesResults);

}  // namespace brood::supervisor
