#pragma once
// `brood profile`: warm interpreters that come and go while the system runs.

#include "cli/commands/arguments.h"
#include "config/config.h"

namespace brood::cli {

// Returns the exit code. Throws CliError when the supervisor refuses or cannot be reached.
int profileCommand(const ProfileArguments& arguments, const SupervisorConfig& config, bool json);

}  // namespace brood::cli
