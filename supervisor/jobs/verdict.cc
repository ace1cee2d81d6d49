#include "supervisor/jobs/verdict.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

namespace brood::supervisor {
namespace {

using rpc::JobStatus;

std::string signalName(int number) {
  if (const char* abbreviation = ::sigabbrev_np(number)) return std::string("SIG") + abbreviation;
  return "SIG" + std::to_string(number);
}

void blame(Verdict& verdict, const JobFacts& facts, LimitKind kind, uint64_t measured) {
  auto& info = limitInfo(kind);
  verdict.limitHit = LimitHit{kind, facts.limits.*info.value, measured};
  verdict.message = std::string(info.what) + ": measured " + withUnit(measured, info.unit) +
                    ", limit " + withUnit(verdict.limitHit->limit, info.unit);
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
Verdict killedFor(JobStatus status, const JobFacts& facts, LimitKind kind, uint64_t measured) {
  Verdict verdict;
  verdict.status = status;
  verdict.signal = "SIGKILL";
  blame(verdict, facts, kind, measured);
  return verdict;
}

// As the kernel would have killed it.
Verdict killedForCall(const JobFacts& facts) {
  Verdict verdict;
  verdict.status = JobStatus::KILLED;
  verdict.signal = "SIGSYS";
  verdict.deniedCall = facts.deniedCall;
  verdict.message = "ended for the system call " + facts.deniedCall + ", which no job may make";
  return verdict;
}

Verdict killedForHiding() {
  Verdict verdict;
  verdict.status = JobStatus::KILLED;
  verdict.signal = "SIGKILL";
  verdict.message =
      "ended for a process or a directory that cannot be looked into, and so not be measured";
  return verdict;
}

Verdict killedForLocks() {
  Verdict verdict;
  verdict.status = JobStatus::KILLED;
  verdict.signal = "SIGKILL";
  verdict.message =
      "ended for thousands of locks on files, which take memory of the kernel's that no limit "
      "counts";
  return verdict;
}

// The job may be within all of its limits: the host gave more than it had.
Verdict killedForHost() {
  Verdict verdict;
  verdict.status = JobStatus::HOST_MEMORY;
  verdict.signal = "SIGKILL";
  verdict.message =
      "ended because the host ran short of memory and this job was among those that held most of "
      "it";
  return verdict;
}

// The kernel's own kill. A job that outlived it, because it was only a child, ended as it ended.
Verdict outOfMemory(const JobFacts& facts) {
  const bool byItself = facts.cause == EndCause::exited || facts.cause == EndCause::done;
  Verdict verdict = byItself ? fromOwnEnd(facts) : Verdict{};
  verdict.status = JobStatus::MEMORY_LIMIT;
  if (verdict.signal.empty() && !verdict.hasExitCode) verdict.signal = "SIGKILL";
  blame(verdict, facts, LimitKind::memory, facts.usage.peakMemoryBytes);
  return verdict;
}

// The rlimits behind the clocks are per process and end it with these signals. A job can also send
// them to itself, so the measurement has to agree.
bool endedByCpuBackstop(const Verdict& verdict, const JobFacts& facts) {
  return (verdict.signal == "SIGXCPU" || verdict.signal == "SIGKILL") &&
         facts.usage.cpuMicros >= facts.limits.cpuTimeMs * 1000;
}

// An exit code, or abort(), which is how C++ ends for want of a thread. Any other signal has a
// cause of its own.
bool gaveUp(const Verdict& verdict) {
  return verdict.status == JobStatus::ERROR || verdict.signal == "SIGABRT";
}

Verdict endedItself(const JobFacts& facts) {
  Verdict verdict = fromOwnEnd(facts);
  if (endedByCpuBackstop(verdict, facts)) {
    verdict.status = JobStatus::CPU_LIMIT;
    blame(verdict, facts, LimitKind::cpuTime, facts.usage.cpuMicros / 1000);
  } else if (verdict.signal == "SIGXFSZ") {
    // The signal of a write beyond RLIMIT_FSIZE; the file that it did not become has no size.
    blame(verdict, facts, LimitKind::file, facts.limits.fileBytes);
    verdict.message = "ended by SIGXFSZ: a file would have grown beyond the limit of " +
                      withUnit(facts.limits.fileBytes, LimitUnit::bytes);
  } else if (facts.usage.processDenials > 0 && gaveUp(verdict)) {
    // A job that met the limit and coped is not punished for it.
    verdict.status = JobStatus::PROCESS_LIMIT;
    blame(verdict, facts, LimitKind::processes, facts.limits.processes);
    verdict.message += ", " + std::to_string(facts.usage.processDenials) + " more refused";
  }
  return verdict;
}

}  // namespace

Verdict judge(const JobFacts& facts) {
  // First of all: whatever else happened happened to a job out of memory.
  if (facts.usage.oomKills > 0 || facts.cause == EndCause::outOfMemory) return outOfMemory(facts);
  switch (facts.cause) {
    case EndCause::timeout:
      return killedFor(JobStatus::TIMEOUT, facts, LimitKind::wallTime, facts.wallMicros / 1000);
    case EndCause::cpuLimit:
      return killedFor(JobStatus::CPU_LIMIT, facts, LimitKind::cpuTime,
                       facts.usage.cpuMicros / 1000);
    case EndCause::outputLimit:
      return killedFor(JobStatus::OUTPUT_LIMIT, facts, LimitKind::output, facts.outputBytes);
    case EndCause::tooManyProcesses:
      return killedFor(JobStatus::PROCESS_LIMIT, facts, LimitKind::processes,
                       facts.usage.peakProcesses);
    case EndCause::tooManyBytes:
      return killedFor(JobStatus::KILLED, facts, LimitKind::workspaceBytes,
                       facts.usage.workspaceBytes);
    case EndCause::tooManyInodes:
      return killedFor(JobStatus::KILLED, facts, LimitKind::workspaceInodes,
                       facts.usage.workspaceInodes);
    case EndCause::hidden:
      return killedForHiding();
    case EndCause::tooManyLocks:
      return killedForLocks();
    case EndCause::hostMemory:
      return killedForHost();
    case EndCause::deniedCall:
      return killedForCall(facts);
    case EndCause::outOfMemory:
    case EndCause::done:
    case EndCause::exited:
      break;
  }
  return endedItself(facts);
}

}  // namespace brood::supervisor
