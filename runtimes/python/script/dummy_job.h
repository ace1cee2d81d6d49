#pragma once
// The dummy job: a good deal of what scripts do. The zygote runs it at warm-up, so that the code it
// shares with real scripts is specialised and the interpreter's caches are filled once, for all
// workers.

#include "runtimes/python/interpreter/harness.h"
#include "runtimes/python/script/streams.h"

#include <cstdio>
#include <memory>

namespace brood {

class DummyJob {
 public:
  DummyJob();

  // In the zygote. Leaves the interpreter as it was, except that the standard streams lead to
  // nowhere, and into the void once this object is gone: open them anew. Throws when the
  // interpreter is unfit.
  void run(const StandardStreams& streams) const;

  // Runs the typical script (harness/typical_job.py), once, after run().
  void runTypical() const;

 private:
  HarnessPart forget_;
  std::unique_ptr<FILE, int (*)(FILE*)> nowhere_;
};

}  // namespace brood
