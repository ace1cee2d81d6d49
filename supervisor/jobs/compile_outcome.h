#pragma once
// The outcomes of a source on its way to a program.

#include <memory>
#include <string>

#include "supervisor/files/build_cache.h"
#include "supervisor/jobs/verdict.h"

namespace brood::supervisor {

struct CompileOutcome {
  Verdict verdict;             // On the compiler.
  std::string stdout, stderr;  // The compiler's.
  uint64_t wallMicros = 0, cpuMicros = 0;
  rpc::StartKind start = rpc::StartKind::HOT;
  bool isCached = false;               // No compiler ran.
  std::shared_ptr<const Build> build;  // nullptr: the source is at fault, and there is no program.
};

// The job's own, of a source that does not compile.
Verdict compileError(const CompileOutcome& outcome);

}  // namespace brood::supervisor
