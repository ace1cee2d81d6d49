#pragma once
// Rich results: what a script displays, and the value of its last expression.

#include "runtimes/python/harness.h"
#include "runtimes/runtime.h"

#include <string>

namespace brood {

class RichResults {
 public:
  // In the worker, before the script. `sink` is borrowed and must outlive the interpreter's use of
  // display(), which a finaliser may still call.
  explicit RichResults(ResultSink& sink);

  // Runs a module's source in `globals` and shows the value of its last statement if that is an
  // expression. None if it raised, as from PyRun_File.
  PyRef evaluate(const std::string& source, const char* path, PyObject* globals);

  // The figures that are still open. Nothing may be raised when this is called.
  void showFigures();

 private:
  void call(const char* function, PyObject* argument);

  PyRef variables_;
};

}  // namespace brood
