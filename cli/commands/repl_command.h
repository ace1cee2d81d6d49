#pragma once
// `brood repl`: cells as they are typed.

#include <string>

#include "cli/commands/run_tenant.h"
#include "cli/commands/session_arguments.h"

namespace brood::cli {

// Where standard input is no terminal it is taken for the cells. Pictures that are shown are saved
// in the current directory, and named. Returns the exit code of the last cell there, 0 of a
// terminal. Throws CliError.
int replCommand(const SessionArguments& arguments, const std::string& socketPath,
                const RunTenant& tenant);

}  // namespace brood::cli
