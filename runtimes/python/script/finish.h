#pragma once
// The end of a job: what Py_FinalizeEx() does that a script can see, in its order, without the
// tearing down of every preloaded module that makes it slow.

#include "runtimes/python/interpreter/py_ref.h"
#include "runtimes/python/script/script.h"

#include <vector>

namespace brood {

// The modules a job starts with. What sys.modules holds beyond them is the job's own.
class ModuleSnapshot {
 public:
  static ModuleSnapshot take();

  // Names added since, in the order of their import. "__main__" is never among them.
  std::vector<PyRef> addedNames() const;
  bool nothingAdded() const;

 private:
  // In the order of sys.modules; borrowed from it, compared by address only.
  std::vector<const PyObject*> names_;
  // The last entry: where PyDict_Next() finds it, and its module.
  Py_ssize_t lastPosition_ = 0;
  const PyObject* lastModule_ = nullptr;
};

class QuietEnd;

// Joins non-daemon threads, runs atexit callbacks, flushes the standard streams, finalises the
// script's objects; only the third of these where nobody would notice the rest. Returns the
// outcome's exit code, or 120 as the interpreter does when a standard stream could not be flushed.
// Never throws: it may run in a process forked by the script.
int finishJob(PyRef mainModule, const ModuleSnapshot& modulesBefore, const QuietEnd& quietEnd,
              const ScriptOutcome& outcome);

}  // namespace brood
