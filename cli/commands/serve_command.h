#pragma once
// `brood serve`: the small foreground parent of the supervisor and the gateway.

#include <string>
#include <vector>

#include "config/loader.h"

namespace brood::cli {

// `binDir` holds broodd and brood-gateway; `flags` are passed on to both. Returns the exit code
// once everything it started has ended.
int serveCommand(const LoadedConfig& loaded, const std::string& binDir,
                 const std::vector<std::string>& flags);

}  // namespace brood::cli
