#pragma once
// Checks of what `brood serve` needs besides sandboxes: a directory for its files, and an address.

#include "cli/doctor/check.h"
#include "config/config.h"

namespace brood::cli {

// Forks, so only in a process with one thread. All of them are required. The port is tried unless
// somebody serves from that runtime directory already.
Checks checkServing(const Config& config);

// One sentence for the first that is missing; empty if there is none.
std::string whyNotServing(const Checks& checks);

}  // namespace brood::cli
