#pragma once
// `brood run`: one job over the RPC socket, its output as it appears.

#include <string>

#include "cli/arguments.h"

namespace brood {

// Returns the exit code of exit_codes.h. Throws CliError.
int runCommand(const RunArguments& arguments, const std::string& socketPath);

}  // namespace brood
