#pragma once
// sys.stdin, sys.stdout and sys.stderr of a worker.

#include "runtimes/python/harness.h"

namespace brood {

class StandardStreams {
 public:
  // In the zygote.
  StandardStreams();

  // Opens all three anew over borrowed descriptors, which stay open when the streams go.
  void open(int inFd, int outFd, int errFd) const;

 private:
  HarnessPart part_;
};

}  // namespace brood
