#pragma once
// Rich results: what a script displays, and the value of its last expression.

#include "runtimes/interface/runtime.h"
#include "runtimes/python/interpreter/harness.h"
#include "runtimes/python/script/notebook.h"

#include <string>

namespace brood {

// emit(object, mime, data) for Python, into a sink that is borrowed.
PyRef emitFunction(ResultSink& sink);

class RichResults {
 public:
  // The parts that are written in Python, compiled in the zygote.
  struct Parts {
    Parts();
    HarnessPart rich, notebook;
  };

  // In the worker, before the script. `sink` is borrowed and must outlive the interpreter's use of
  // display(), which a finaliser may still call.
  RichResults(const Parts& parts, ResultSink& sink);

  // Runs a module's source in `globals` and shows the value of its last statement if that is an
  // expression. None if it raised, as from PyRun_File.
  PyRef evaluate(const std::string& source, const char* path, PyObject* globals);

  // The figures that are still open, once the program's event loop is no more. Nothing may be
  // raised when this is called.
  void showFigures();

 private:
  void call(const char* function, PyObject* argument);

  Notebook notebook_;
  PyRef variables_;
};

}  // namespace brood
