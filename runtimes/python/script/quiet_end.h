#pragma once
// Whether anybody would notice if a job's objects were never finalised.
//
// Finalising them costs a job like print(1) more than its own code. Most jobs leave behind nothing
// that runs code or writes anything when it goes: no open file, no suspended generator, no thread,
// no callback, no class with __del__. The operating system takes their memory back either way.

#include "runtimes/python/interpreter/py_ref.h"
#include "runtimes/python/script/finish.h"

#include <vector>

namespace brood {

class QuietEnd {
 public:
  // In the zygote, once all is loaded that every job finds: what is there now is not the job's.
  static QuietEnd afterWarmUp();

  // After the script. True only if everything it left behind is of a kind that is known to go
  // silently; what is not known is not silent.
  bool holds(const ModuleSnapshot& modulesBefore) const;

 private:
  bool nobodyListens() const;
  bool hasRealStreams() const;
  bool onlySilentObjects() const;
  bool isSilent(PyObject* object) const;
  bool isSilentType(PyTypeObject* type) const;

  // Types whose objects do nothing but give their memory and their references back.
  std::vector<PyTypeObject*> silentTypes_;
  destructor heapDealloc_ = nullptr;  // That of every class written in Python.
  PyRef getObjects_, atexitCount_, threadCount_, gcDebug_;
  PyTypeObject* textStream_ = nullptr;
  PyRef gcCallbacks_, threadingAtexits_, warningFilters_;
  long atexitCallbacks_ = 0;
  Py_ssize_t threadingCallbacks_ = 0, filters_ = 0;
};

}  // namespace brood
