#pragma once
// Loads the modules of a profile into the zygote and packs its heap for forking.

#include <string>

#include "runtimes/runtime.h"

namespace brood {

// Fills in report.loaded and report.missing. Throws when a thread is left behind.
void preloadModules(kj::ArrayPtr<const kj::String> names, WarmUpReport& report);

// Runs an operator's script as the module "warmup", which jobs can import. Returns the text that it
// has set `typical_job` to, or an empty one. Throws with the script's error, and when it has left a
// thread running.
std::string runWarmUpScript(kj::ArrayPtr<const kj::byte> script);

}  // namespace brood
