#include "cli/terminal/exit_codes.h"

#include <signal.h>
#include <string.h>

namespace brood::cli {

int exitCodeOfSignal(const std::string& name) {
  for (int number = 1; number < NSIG; ++number) {
    const char* abbreviation = sigabbrev_np(number);
    if (abbreviation != nullptr && name == "SIG" + std::string(abbreviation)) return 128 + number;
  }
  return kKilledExitCode;
}

int exitCodeOf(rpc::JobResult::Reader result) {
  switch (result.getStatus()) {
    case rpc::JobStatus::TIMEOUT:
    case rpc::JobStatus::CPU_LIMIT:
      return kTimeoutExitCode;
    case rpc::JobStatus::COMPILE_ERROR:
      return kCompileErrorExitCode;
    case rpc::JobStatus::SANDBOX_ERROR:
      return kBroodFailedExitCode;
    default:
      break;
  }
  bool isOk = result.getStatus() == rpc::JobStatus::OK;
  if (result.getHasExitCode() && (isOk || result.getExitCode() != 0)) return result.getExitCode();
  if (result.getSignal().size() > 0) return exitCodeOfSignal(result.getSignal().cStr());
  return kKilledExitCode;
}

std::string exitCodeHelp() {
  return "Exit code:\n"
         "  0..255  the program's own\n"
         "  1       the source does not compile (or the program's own 1)\n"
         "  2       wrong usage (or the program's own 2)\n"
         "  124     out of wall-clock or CPU time\n"
         "  125     Brood could not run it: no supervisor, job refused, sandbox failed\n"
         "  128+N   ended by signal N (137: killed, also for going over any other limit)\n"
         "  130     cancelled by Ctrl-C";
}

}  // namespace brood::cli
