#pragma once
// A program compiled as notebooks do it: its last expression apart, `await` wherever it stands, and
// without the commands that only notebooks know.

#include "runtimes/python/interpreter/harness.h"

#include <string>

namespace brood {

class Notebook {
 public:
  // In the worker, before the script. `part` is harness/notebook.py.
  explicit Notebook(const HarnessPart& part);

  // Runs a module's source in `globals`. The value of its last expression, unless a semicolon
  // follows that; None if there is none to show. Empty if it raised, with the traceback of a plain
  // run.
  PyRef evaluate(const std::string& source, const char* path, PyObject* globals);

  // Ends what the program has left in its event loop, if it had one.
  void close();

 private:
  PyRef evaluateCode(PyObject* code, PyObject* globals, PyObject* path);
  PyRef call(const char* function, PyObject* argument, PyObject* second = nullptr);

  PyRef variables_;
};

}  // namespace brood
