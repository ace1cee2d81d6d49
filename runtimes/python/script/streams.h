#pragma once
// sys.stdin, sys.stdout and sys.stderr of a worker.

#include "runtimes/python/interpreter/harness.h"

namespace brood {

class StandardStreams {
 public:
  // In the zygote.
  StandardStreams();

  // Opens all three anew over borrowed descriptors, which stay open when the streams go.
  void open(int inFd, int outFd, int errFd) const;

  // In the zygote: over descriptors 0, 1 and 2 as they will be in a worker, pipes. What is made
  // here is a hundred pages that no worker has to write to.
  void openAhead() const;
  // In a worker: over 0, 1 and 2. The ones made ahead will do unless these are no pipes.
  void openInWorker() const;

 private:
  HarnessPart part_;
};

}  // namespace brood
