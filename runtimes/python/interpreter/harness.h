#pragma once
// The parts of the harness that are written in Python (harness/*.py, compiled in).
//
// A part is compiled once in the zygote and leaves nothing behind in the interpreter: no module,
// no frame, no name. It talks to C++ through the variables of its own throw-away namespace.

#include "runtimes/python/interpreter/py_ref.h"

namespace brood {

class HarnessPart {
 public:
  HarnessPart() = default;
  HarnessPart(const char* name, const char* source);

  // Runs with `variables` (a dict) as its globals; what it assigns can be read from there.
  // Without: an empty namespace. Throws when the part raises.
  void run(PyObject* variables) const;
  void run() const;

 private:
  PyRef code_;
};

}  // namespace brood
