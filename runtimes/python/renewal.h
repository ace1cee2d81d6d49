#pragma once
// What a worker must not share with its siblings: random state and identities (harness/renew.py).

#include "runtimes/python/harness.h"

namespace brood {

class Renewal {
 public:
  // In the zygote, once all is loaded. Runs the renewal there, too: the interpreter specialises and
  // caches what has run before, and each of these writes would cost every worker a page.
  Renewal();

  // In a worker. Throws when any of it cannot be done.
  void run() const;

 private:
  void run(PyObject* inWorker) const;

  HarnessPart part_;
  PyRef numpyState_;
};

}  // namespace brood
