#include "runtimes/python/script/uncaught.h"

#include "runtimes/python/interpreter/py_ref.h"

#include <cstdio>

namespace brood {
namespace {

// An exception taken out of the interpreter, normalised, with its traceback attached.
struct Raised {
  PyRef type;
  PyRef value;
  PyRef traceback;

  void display() const { PyErr_Display(type.get(), value.get(), traceback.get()); }
};

Raised takeRaised() {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  if (traceback == nullptr) traceback = Py_NewRef(Py_None);
  if (value != nullptr) PyException_SetTraceback(value, traceback);
  return {PyRef::own(type), PyRef::own(value), PyRef::own(traceback)};
}

void setSysAttribute(const char* name, PyObject* value) {
  if (PySys_SetObject(name, value) < 0) PyErr_Clear();
}

void rememberInSys(const Raised& raised) {
#if PY_VERSION_HEX >= 0x030C0000
  setSysAttribute("last_exc", raised.value.get());
#endif
  setSysAttribute("last_type", raised.type.get());
  setSysAttribute("last_value", raised.value.get());
  setSysAttribute("last_traceback", raised.traceback.get());
}

// A message that is not a number goes to sys.stderr, and the code is 1.
int printExitMessage(PyObject* message) {
  PyObject* stream = PySys_GetObject("stderr");
  if (stream != nullptr && stream != Py_None) {
    if (PyFile_WriteObject(message, stream, Py_PRINT_RAW) < 0) PyErr_Clear();
  } else {
    PyObject_Print(message, stderr, Py_PRINT_RAW);
    fflush(stderr);
  }
  PySys_WriteStderr("\n");
  return 1;
}

int exitCodeOf(PyObject* systemExit) {
  PyRef code = PyRef::own(PyObject_GetAttrString(systemExit, "code"));
  if (!code) {
    PyErr_Clear();
    code = PyRef::share(systemExit);
  }
  if (code.get() == Py_None) return 0;
  if (!PyLong_Check(code.get())) return printExitMessage(code.get());
  // Out of range is -1, like any other number cut down to eight bits by the kernel.
  long number = PyLong_AsLong(code.get());
  PyErr_Clear();
  return static_cast<int>(number & 0xff);
}

UncaughtResult handleSystemExit() {
  Raised raised = takeRaised();
  fflush(stdout);
  return {exitCodeOf(raised.value.get()), true};
}

// False when an audit hook asks for silence.
bool auditAllows(PyObject* hook, const Raised& raised) {
  if (PySys_Audit("sys.excepthook", "OOOO", hook == nullptr ? Py_None : hook, raised.type.get(),
                  raised.value.get(), raised.traceback.get()) == 0) {
    return true;
  }
  if (PyErr_ExceptionMatches(PyExc_RuntimeError)) {
    PyErr_Clear();
    return false;
  }
  PyErr_WriteUnraisable(hook);
  return true;
}

}  // namespace

UncaughtResult handleUncaught() {
  if (PyErr_ExceptionMatches(PyExc_SystemExit)) return handleSystemExit();
  Raised raised = takeRaised();
  rememberInSys(raised);
  PyRef hook = PyRef::share(PySys_GetObject("excepthook"));
  if (!auditAllows(hook.get(), raised)) return {};
  if (!hook) {
    PySys_WriteStderr("sys.excepthook is missing\n");
    raised.display();
    return {};
  }
  PyRef result = PyRef::own(PyObject_CallFunctionObjArgs(
      hook.get(), raised.type.get(), raised.value.get(), raised.traceback.get(), nullptr));
  if (result) return {};
  if (PyErr_ExceptionMatches(PyExc_SystemExit)) return handleSystemExit();
  Raised second = takeRaised();
  PySys_WriteStderr("Error in sys.excepthook:\n");
  second.display();
  PySys_WriteStderr("\nOriginal exception was:\n");
  raised.display();
  return {};
}

}  // namespace brood
