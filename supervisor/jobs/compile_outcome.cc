#include "supervisor/jobs/compile_outcome.h"

namespace brood::supervisor {

Verdict compileError(const CompileOutcome& outcome) {
  // Nor is the source at fault, then.
  if (outcome.verdict.status == rpc::JobStatus::SANDBOX_ERROR) return outcome.verdict;
  Verdict verdict;
  verdict.status = rpc::JobStatus::COMPILE_ERROR;
  if (outcome.verdict.hasExitCode) {
    verdict.message = "the compiler ended with " + std::to_string(outcome.verdict.exitCode);
  }
  if (!outcome.verdict.message.empty()) verdict.message = "compiler: " + outcome.verdict.message;
  return verdict;
}

}  // namespace brood::supervisor
