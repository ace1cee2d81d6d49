#pragma once
// `brood run`: one job over the RPC socket, its output as it appears.

#include <string>

#include "cli/commands/arguments.h"
#include "cli/commands/run_tenant.h"

namespace brood::cli {

// Returns the exit code of exit_codes.h. Throws CliError.
int runCommand(const RunArguments& arguments, const std::string& socketPath,
               const RunTenant& tenant);

}  // namespace brood::cli
