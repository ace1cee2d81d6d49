#pragma once
// From a command line to a session that is to be opened.

#include "cli/client/session_opening.h"
#include "cli/commands/run_tenant.h"
#include "cli/commands/session_arguments.h"

namespace brood::cli {

// Reads the files that the session is to begin with. Throws CliError.
SessionWish wishOf(const SessionArguments& arguments, const RunTenant& tenant);

}  // namespace brood::cli
