#pragma once
// The handlers that modules register for forks (os.register_at_fork), spared where they change
// nothing.
//
// A zygote forks while it has one thread, which holds no lock: what `threading`, `logging` and
// `concurrent.futures.thread` do in a child is to bring locks into the state that they are in, and
// `random` is seeded by the renewal. `matplotlib.font_manager` forgets the fonts that it has open,
// which the zygote does once. In a worker all that would write to 200 pages. Handlers of every
// other module are run at every fork, and those five at every fork that a job does.

#include "runtimes/python/interpreter/py_ref.h"

#include <vector>

namespace brood {

// One per process, where it was made: Python's own list of handlers points to it.
class ForkHandlers {
 public:
  ForkHandlers() = default;
  ForkHandlers(const ForkHandlers&) = delete;
  ForkHandlers& operator=(const ForkHandlers&) = delete;

  // From here on modules that register handlers register them with us. Call once, when the
  // interpreter has started and before anything is preloaded.
  void intercept();
  // os.register_at_fork is what it was. After the last module and script of the zygote's.
  void letGo();

  // Instead of PyOS_BeforeFork and its two counterparts.
  void beforeFork();
  void afterForkInParent();
  void afterForkInChild();

 private:
  enum Phase : size_t { kBefore, kInChild, kInParent, kPhases };

  // METH_VARARGS | METH_KEYWORDS, of a capsule with `this`.
  static PyObject* registerHandlers(PyObject* self, PyObject* args, PyObject* keywords);
  template <Phase phase>
  static PyObject* runPhase(PyObject* self, PyObject*);

  bool keep(PyObject* keywords);
  void run(Phase phase) const;

  PyRef original_;
  std::vector<PyRef> kept_[kPhases];
  std::vector<PyRef> forgetting_;  // Handlers in a child that a zygote can run once for all.
  bool isIntercepting_ = false;
  bool forksWorker_ = false;
};

}  // namespace brood
