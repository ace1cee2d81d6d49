#pragma once
// From facts to a verdict: a pure function. The facts are the kernel's and our clock's; the only
// thing a job says itself is the exit code in its "done" frame, which it could choose anyway.

#include <cstdint>
#include <optional>
#include <string>

#include "config/job_limits.h"
#include "rpc/calls/supervisor.capnp.h"
#include "supervisor/usage/cgroup.h"

namespace brood::supervisor {

// The cause that ended the job's run, as the supervisor sees it.
enum class EndCause {
  done,              // Its "done" frame.
  exited,            // The kernel's wait status.
  timeout,           // Our clock.
  cpuLimit,          // The cgroup's clock.
  outputLimit,       // Our count of bytes.
  deniedCall,        // The kernel's report of a system call that ends a job.
  outOfMemory,       // The kernel's announcement that it is about to kill, or our sample.
  tooManyProcesses,  // Our sample.
  tooManyBytes,      // Our walk through its directories.
  tooManyInodes,     // As above, by their number.
  hidden,            // The job has a part that nobody can look into or measure.
  tooManyLocks,      // Our look at what locks the kernel keeps.
  hostMemory,        // Our decision: the host ran short of memory, and this job held much of it.
};

struct JobFacts {
  EndCause cause = EndCause::exited;
  int doneExitCode = 0;  // With cause done.
  bool waitStatusKnown = false;
  int waitStatus = 0;  // With cause exited.
  Usage usage;         // CPU since the job started.
  uint64_t wallMicros = 0;
  uint64_t outputBytes = 0;  // With cause outputLimit: of the stream that went over it.
  std::string deniedCall;    // With cause deniedCall.
  JobLimits limits;
};

// The limit that decided a verdict, and what was measured against it in the limit's own unit.
struct LimitHit {
  LimitKind kind;
  uint64_t limit;
  uint64_t measured;

  bool operator==(const LimitHit&) const = default;
};

struct Verdict {
  rpc::JobStatus status = rpc::JobStatus::SANDBOX_ERROR;
  bool hasExitCode = false;
  int exitCode = 0;
  std::string signal;  // "SIGSEGV"; empty if none.
  std::optional<LimitHit> limitHit;
  std::string deniedCall;  // The system call that ended it, if one did and is known.
  std::string message;     // For people; empty for ok and error.
};

Verdict judge(const JobFacts& facts);

}  // namespace brood::supervisor
