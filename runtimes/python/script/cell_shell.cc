#include "runtimes/python/script/cell_shell.h"

#include "runtimes/python/interpreter/harness.h"
#include "runtimes/python/interpreter/harness_sources.h"
#include "runtimes/python/script/rich.h"
#include "runtimes/python/script/script.h"

#include <kj/exception.h>

#include <cstdio>

namespace brood {
namespace {

// Cells as agents write them, errors among them: half of the shell's code shows tracebacks.
constexpr const char* kRehearsedCells[] = {"1+1",
                                           "x = [1, 2.5, 'a']\nx",
                                           "import json\nprint(json.dumps({'a': 1}), end='')",
                                           "def f(n):\n    return 1 / n\n\nf(0)\n",
                                           "undefined",
                                           "x = (",
                                           "display('a')",
                                           "%time 1"};

void keep(PyObject* variables, const char* name, PyObject* value) {
  mustSucceed(PyDict_SetItemString(variables, name, value), name);
}

}  // namespace

bool CellShell::isLoadedAhead() {
  return PyDict_GetItemString(PyImport_GetModuleDict(), "IPython") != nullptr;
}

CellShell::CellShell()
    : module_(newMainModule()), variables_(mustOwn(PyDict_New(), "namespace of the shell")) {
  PyObject* variables = variables_.get();
  keep(variables, "emit", emitFunction(sink_).get());
  keep(variables, "module", module_.get());
  keep(variables, "variables", PyModule_GetDict(module_.get()));
  HarnessPart("cell_shell", harness::kCellShell).run(variables);
  HarnessPart("rich", harness::kRich).run(variables);
  if (takeIpython()) return;
  HarnessPart("notebook", harness::kNotebook).run(variables);
  HarnessPart("plain_shell", harness::kPlainShell).run(variables);
}

// False where it is not installed, or is another one than this knows.
bool CellShell::takeIpython() {
  PyRef original = PyRef::share(PyImport_AddModule("__main__"));
  bool isTaken = true;
  try {
    HarnessPart("ipython_shell", harness::kIpythonShell).run(variables_.get());
  } catch (const kj::Exception&) {
    isTaken = false;
  }
  installMainModule(original.get());
  return isTaken;
}

void CellShell::rehearseAll() const {
  PyRef cells = mustOwn(PyList_New(0), "cells");
  for (const char* cell : kRehearsedCells) {
    mustSucceed(PyList_Append(cells.get(), decodeText(cell).get()), "cells");
  }
  // The interpreter specialises code that has run several times.
  constexpr int kRuns = 4;
  for (int run = 0; run < kRuns; ++run) {
    mustOwn(call("rehearse", cells.get()).release(), "rehearse cells");
  }
}

void CellShell::rehearse() const noexcept {
  if (!call("rehearse")) PyErr_Clear();
}

void CellShell::enter() {
  installMainModule(module_.get());
  mustOwn(call("enter").release(), "enter the shell");
}

bool CellShell::run(const CellOrder& cell) {
  sink_.become(cell.results);
  const auto size = static_cast<Py_ssize_t>(cell.code.size());
  PyRef code =
      PyRef::own(PyBytes_FromStringAndSize(reinterpret_cast<const char*>(cell.code.begin()), size));
  PyRef number = PyRef::own(PyLong_FromUnsignedLong(cell.number));
  PyRef done;
  if (code && number) {
    done = call("run_cell", code.get(), number.get(), cell.shows ? Py_True : Py_False);
  }
  // An interrupt that came too late for the cell's code, most likely.
  if (!done) PyErr_Print();
  if (!call("end_cell", cell.input.size() > 0 ? Py_True : Py_False)) PyErr_Clear();
  fflush(nullptr);
  sink_.become(nullptr);
  return done && done.get() == Py_True;
}

PyRef CellShell::call(const char* function, PyObject* first, PyObject* second,
                      PyObject* third) const {
  PyRef callable = PyRef::share(PyDict_GetItemString(variables_.get(), function));
  return PyRef::own(PyObject_CallFunctionObjArgs(callable.get(), first, second, third, nullptr));
}

}  // namespace brood
