#pragma once
// Runs the dummy job in a parked worker: after a fork every page is shared with the zygote, and
// the first write to each costs a fault. The dummy takes those faults before a job is waiting.

#include "runtimes/python/harness.h"
#include "runtimes/python/streams.h"

namespace brood {

class Pretouch {
 public:
  // In the zygote.
  Pretouch();

  // In the worker. Leaves the interpreter as it was, except that the standard streams lead to
  // nowhere: open them anew. Throws when the worker is unfit.
  void run(const StandardStreams& streams) const;

 private:
  HarnessPart forget_;
};

}  // namespace brood
