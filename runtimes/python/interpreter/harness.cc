#include "runtimes/python/interpreter/harness.h"

namespace brood {

HarnessPart::HarnessPart(const char* name, const char* source)
    : code_(mustOwn(Py_CompileString(source, name, Py_file_input), name)) {}

void HarnessPart::run(PyObject* variables) const {
  mustSucceed(PyDict_SetItemString(variables, "__builtins__", PyEval_GetBuiltins()), "builtins");
  mustOwn(PyEval_EvalCode(code_.get(), variables, variables), "run harness part");
}

void HarnessPart::run() const {
  PyRef variables = mustOwn(PyDict_New(), "namespace");
  run(variables.get());
  // Functions of the part and its namespace refer to each other: cut that by hand, so that no
  // later collection has to.
  PyDict_Clear(variables.get());
}

}  // namespace brood
