#include "supervisor/jobs/compile_outcome.h"

#include <gtest/gtest.h>

namespace brood::supervisor {
namespace {

using rpc::JobStatus;

Verdict verdictOf(JobStatus status, const std::string& message = "") {
  CompileOutcome outcome;
  outcome.verdict.status = status;
  outcome.verdict.message = message;
  if (status == JobStatus::OK || status == JobStatus::ERROR) {
    outcome.verdict.hasExitCode = true;
    outcome.verdict.exitCode = status == JobStatus::OK ? 0 : 4;
  }
  return compileError(outcome);
}

TEST(CompileError, IsTheSourcesFaultHoweverTheCompilerEnded) {
  for (auto status : {JobStatus::ERROR, JobStatus::TIMEOUT, JobStatus::MEMORY_LIMIT,
                      JobStatus::OUTPUT_LIMIT, JobStatus::KILLED, JobStatus::OK}) {
    auto verdict = verdictOf(status);
    EXPECT_EQ(verdict.status, JobStatus::COMPILE_ERROR);
    // The job itself has not run.
    EXPECT_FALSE(verdict.hasExitCode);
    EXPECT_EQ(verdict.signal, "");
  }
}

TEST(CompileError, SaysWhatEndedTheCompiler) {
  EXPECT_EQ(verdictOf(JobStatus::ERROR).message, "the compiler ended with 4");
  EXPECT_EQ(verdictOf(JobStatus::TIMEOUT, "Wall-clock time: measured 9 ms, limit 8 ms").message,
            "compiler: Wall-clock time: measured 9 ms, limit 8 ms");
  EXPECT_EQ(verdictOf(JobStatus::OK, "it left no program: main: not a regular file").message,
            "compiler: it left no program: main: not a regular file");
}

TEST(CompileError, IsNotTheSourcesFaultWhenTheSandboxBroke) {
  auto verdict = verdictOf(JobStatus::SANDBOX_ERROR, "the worker's parent died");
  EXPECT_EQ(verdict.status, JobStatus::SANDBOX_ERROR);
  EXPECT_EQ(verdict.message, "the worker's parent died");
}

}  // namespace
}  // namespace brood::supervisor
