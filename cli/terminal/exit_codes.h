#pragma once
// The exit codes of `brood run`.

#include <string>

#include "rpc/calls/supervisor.capnp.h"

namespace brood::cli {

constexpr int kCompileErrorExitCode = 1;
constexpr int kUsageExitCode = 2;
constexpr int kTimeoutExitCode = 124;
constexpr int kBroodFailedExitCode = 125;
constexpr int kKilledExitCode = 137;

int exitCodeOf(rpc::JobResult::Reader result);

// 128 + the number of a name such as "SIGKILL"; kKilledExitCode for a name unknown here.
int exitCodeOfSignal(const std::string& name);

// The table, for --help.
std::string exitCodeHelp();

}  // namespace brood::cli
