#include "runtimes/python/script/notebook.h"

namespace brood {
namespace {

// Takes what is ours from the beginning of the traceback: all frames before the first of this file.
void beginTracebackAt(PyObject* path) {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  PyObject* first = traceback;
  for (; first != nullptr;
       first = reinterpret_cast<PyObject*>(reinterpret_cast<PyTracebackObject*>(first)->tb_next)) {
    PyRef code = PyRef::own(reinterpret_cast<PyObject*>(
        PyFrame_GetCode(reinterpret_cast<PyTracebackObject*>(first)->tb_frame)));
    PyObject* file = reinterpret_cast<PyCodeObject*>(code.get())->co_filename;
    if (PyUnicode_Compare(file, path) == 0) break;
  }
  if (value != nullptr) PyException_SetTraceback(value, first == nullptr ? Py_None : first);
  PyErr_Restore(type, value, Py_XNewRef(first));
  Py_XDECREF(traceback);
}

}  // namespace

Notebook::Notebook(const HarnessPart& part) : variables_(mustOwn(PyDict_New(), "namespace")) {
  part.run(variables_.get());
}

PyRef Notebook::evaluate(const std::string& source, const char* path, PyObject* globals) {
  PyRef name = decodeText(path);
  PyRef text =
      PyRef::own(PyBytes_FromStringAndSize(source.data(), static_cast<Py_ssize_t>(source.size())));
  PyRef parts = text ? call("compile_program", text.get(), name.get()) : PyRef();
  if (!parts) {
    beginTracebackAt(name.get());
    return {};
  }
  PyObject* last = PyTuple_GET_ITEM(parts.get(), 1);
  PyRef done = evaluateCode(PyTuple_GET_ITEM(parts.get(), 0), globals, name.get());
  if (!done) return {};
  return last == Py_None ? PyRef::share(Py_None) : evaluateCode(last, globals, name.get());
}

// By the interpreter's own entry, so that no frame of ours is in a traceback.
PyRef Notebook::evaluateCode(PyObject* code, PyObject* globals, PyObject* path) {
  PyRef value = PyRef::own(PyEval_EvalCode(code, globals, globals));
  if (!value || !(reinterpret_cast<PyCodeObject*>(code)->co_flags & CO_COROUTINE)) return value;
  PyRef result = call("run_to_end", value.get());
  if (!result) beginTracebackAt(path);
  return result;
}

void Notebook::close() {
  if (!call("close_loop", nullptr)) PyErr_WriteUnraisable(nullptr);
}

PyRef Notebook::call(const char* function, PyObject* argument, PyObject* second) {
  PyRef callable = PyRef::share(PyDict_GetItemString(variables_.get(), function));
  return PyRef::own(PyObject_CallFunctionObjArgs(callable.get(), argument, second, nullptr));
}

}  // namespace brood
