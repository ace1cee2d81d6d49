#pragma once
// The first half of a compiled language's job: its source becomes a program, in a sandbox of its
// own and under limits of its own, or it is found in the cache.

#include <kj/async.h>
#include <kj/one-of.h>
#include <kj/timer.h>

#include <memory>

#include "supervisor/build_cache.h"
#include "supervisor/dispatcher.h"
#include "supervisor/file_collector.h"

namespace brood {

class Compiler {
 public:
  // All borrowed.
  Compiler(Dispatcher& dispatcher, kj::Timer& timer, const Toolchains& toolchains,
           const CompileConfig& config);
  KJ_DISALLOW_COPY(Compiler);

  // What `request` borrows must outlive the promise; dropping that ends the compiler. A source that
  // does not compile is an outcome without a build; a rejection is the queue's word.
  kj::Promise<kj::OneOf<CompileOutcome, RejectionInfo>> compile(const JobRequest& request);

  const BuildCache& cache() const { return cache_; }

 private:
  kj::Promise<kj::OneOf<CompileOutcome, RejectionInfo>> conclude(kj::Own<ActiveJob> job,
                                                                 const RuntimeManifest& language,
                                                                 std::string key);
  kj::Promise<void> goOnCollecting(FileCollector& collector);
  CompileOutcome take(CompileOutcome outcome, FileCollector& collector,
                      const RuntimeManifest& language, std::string key);

  Dispatcher& dispatcher_;
  kj::Timer& timer_;
  const Toolchains& toolchains_;
  const CompileConfig& config_;
  BuildCache cache_;
};

}  // namespace brood
