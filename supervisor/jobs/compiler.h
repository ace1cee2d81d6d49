#pragma once
// The first half of a compiled language's job: its source becomes a program, in a sandbox of its
// own and under limits of its own, or it is found in the cache.

#include <kj/async.h>
#include <kj/one-of.h>
#include <kj/timer.h>

#include <memory>

#include "supervisor/files/build_cache.h"
#include "supervisor/files/file_collector.h"
#include "supervisor/jobs/compile_outcome.h"
#include "supervisor/jobs/own_jobs.h"
#include "supervisor/languages/toolchains.h"

namespace brood::supervisor {

class Compiler {
 public:
  // All borrowed.
  Compiler(OwnJobs& jobs, kj::Timer& timer, const Toolchains& toolchains,
           const CompileConfig& config);
  KJ_DISALLOW_COPY(Compiler);

  // `job` and what it borrows must outlive the promise; dropping that ends the compiler. A source
  // that does not compile is an outcome without a build; a rejection is the queue's word.
  kj::Promise<kj::OneOf<CompileOutcome, RejectionInfo>> compile(const AdmittedJob& job);

  const BuildCache& cache() const { return cache_; }

 private:
  kj::Promise<kj::OneOf<CompileOutcome, RejectionInfo>> conclude(FinishedJob job,
                                                                 const RuntimeManifest& language,
                                                                 std::string key);
  CompileOutcome take(CompileOutcome outcome, FileCollector& collector,
                      const RuntimeManifest& language, std::string key);

  OwnJobs& jobs_;
  kj::Timer& timer_;
  const Toolchains& toolchains_;
  const CompileConfig& config_;
  BuildCache cache_;
};

}  // namespace brood::supervisor
