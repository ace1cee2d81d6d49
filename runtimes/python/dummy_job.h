#pragma once
// The dummy job: what a typical script does. The zygote runs it at warm-up, so that the code it
// shares with real scripts is specialised and the interpreter's caches are filled once, for all
// workers; and it is what a worker's life is rehearsed with.

#include "runtimes/python/harness.h"
#include "runtimes/python/streams.h"

#include <kj/string.h>

namespace brood {

class DummyJob {
 public:
  // It ends in an exception it raises on purpose: most jobs that fail do.
  static constexpr int kExitCode = 1;

  static kj::StringPtr source();

  DummyJob();

  // In the zygote. Leaves the interpreter as it was, except that the standard streams lead to
  // nowhere: open them anew. Throws when the interpreter is unfit.
  void run(const StandardStreams& streams) const;

 private:
  HarnessPart forget_;
};

}  // namespace brood
