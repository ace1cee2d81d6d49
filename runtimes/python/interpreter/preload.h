#pragma once
// Loads the modules of a profile into the zygote and packs its heap for forking.

#include "runtimes/interface/runtime.h"
#include "runtimes/python/interpreter/warm_up_jobs.h"

namespace brood {

// Fills in report.loaded and report.missing. Throws when a thread is left behind.
void preloadModules(kj::ArrayPtr<const kj::String> names, WarmUpReport& report);

// Runs an operator's script as the module "warmup", which jobs can import. Returns what it says of
// them. Throws with the script's error, and when it has left a thread running.
WarmUpJobs runWarmUpScript(kj::ArrayPtr<const kj::byte> script);

}  // namespace brood
