#include "supervisor/verdict.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

namespace brood {
namespace {

using rpc::JobStatus;

std::string signalName(int number) {
  if (const char* abbreviation = ::sigabbrev_np(number)) return std::string("SIG") + abbreviation;
  return "SIG" + std::to_string(number);
}

std::string measured(const char* what, uint64_t value, uint64_t limit, const char* unit) {
  return std::string(what) + ": measured " + std::to_string(value) + unit + ", limit " +
         std::to_string(limit) + unit;
}

// How the process ended by itself, before any limit is considered.
Verdict fromOwnEnd(const JobFacts& facts) {
  Verdict verdict;
  if (facts.cause == EndCause::done) {
    verdict.hasExitCode = true;
    verdict.exitCode = facts.doneExitCode & 0xff;
  } else if (!facts.waitStatusKnown) {
    verdict.message = "the worker's parent died before it could report how the worker ended";
    return verdict;
  } else if (WIFEXITED(facts.waitStatus)) {
    verdict.hasExitCode = true;
    verdict.exitCode = WEXITSTATUS(facts.waitStatus);
  } else {
    verdict.signal = signalName(WTERMSIG(facts.waitStatus));
    verdict.status = JobStatus::KILLED;
    verdict.message = "ended by " + verdict.signal;
    return verdict;
  }
  verdict.status = verdict.exitCode == 0 ? JobStatus::OK : JobStatus::ERROR;
  return verdict;
}

// We ended it: the exit code it never reached is not reported.
Verdict killedFor(JobStatus status, std::string message) {
  Verdict verdict;
  verdict.status = status;
  verdict.signal = "SIGKILL";
  verdict.message = std::move(message);
  return verdict;
}

}  // namespace

Verdict judge(const JobFacts& facts) {
  const CgroupUsage& usage = facts.usage;
  // The kernel's own kill comes first: whatever else happened happened to a job out of memory.
  if (usage.oomKills > 0) {
    const bool endedItself = facts.cause == EndCause::exited || facts.cause == EndCause::done;
    Verdict verdict = endedItself ? fromOwnEnd(facts) : Verdict{};
    verdict.status = JobStatus::MEMORY_LIMIT;
    if (verdict.signal.empty() && !verdict.hasExitCode) verdict.signal = "SIGKILL";
    verdict.message =
        measured("memory", usage.peakMemoryBytes, facts.memoryLimitBytes, " bytes");
    return verdict;
  }
  switch (facts.cause) {
    case EndCause::timeout:
      return killedFor(JobStatus::TIMEOUT, measured("wall time", facts.wallMicros / 1000,
                                                    facts.wallTimeLimitMs, " ms"));
    case EndCause::cpuLimit:
      return killedFor(JobStatus::CPU_LIMIT, measured("CPU time", usage.cpuMicros / 1000,
                                                      facts.cpuTimeLimitMs, " ms"));
    case EndCause::outputLimit:
      return killedFor(JobStatus::OUTPUT_LIMIT, "output: more than the limit of " +
                                                    std::to_string(facts.outputLimitBytes) +
                                                    " bytes");
    case EndCause::done:
    case EndCause::exited:
      break;
  }
  Verdict verdict = fromOwnEnd(facts);
  if (verdict.signal == "SIGXCPU") {
    verdict.status = JobStatus::CPU_LIMIT;
    verdict.message =
        measured("CPU time", usage.cpuMicros / 1000, facts.cpuTimeLimitMs, " ms");
  } else if (usage.processDenials > 0 && verdict.status != JobStatus::OK) {
    // A job that met the limit and coped is not punished for it.
    verdict.status = JobStatus::PROCESS_LIMIT;
    verdict.message = "processes: " + std::to_string(usage.processDenials) +
                      " forks or threads refused at the limit of " +
                      std::to_string(facts.processLimit);
  }
  return verdict;
}

}  // namespace brood
