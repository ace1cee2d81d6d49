#pragma once
// `brood session`: sandboxes that are kept, over the RPC socket.

#include <string>

#include "cli/commands/run_tenant.h"
#include "cli/commands/session_arguments.h"

namespace brood::cli {

// Returns the exit code of exit_codes.h. Throws CliError.
int sessionCommand(const SessionArguments& arguments, const std::string& socketPath,
                   const RunTenant& tenant);

}  // namespace brood::cli
