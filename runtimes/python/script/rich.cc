#include "runtimes/python/script/rich.h"

#include "runtimes/python/interpreter/harness_sources.h"

#include <string>

namespace brood {
namespace {

constexpr char kSinkName[] = "brood.result_sink";

// emit(object, mime, data)
PyObject* emit(PyObject* capsule, PyObject* arguments) {
  unsigned object;
  const char* mime;
  Py_buffer data;
  if (!PyArg_ParseTuple(arguments, "Isy*", &object, &mime, &data)) return nullptr;
  if (auto* sink = static_cast<ResultSink*>(PyCapsule_GetPointer(capsule, kSinkName))) {
    const auto size = static_cast<size_t>(data.len);
    sink->add(object, mime, kj::arrayPtr(static_cast<const kj::byte*>(data.buf), size));
  }
  PyBuffer_Release(&data);
  return PyErr_Occurred() ? nullptr : Py_NewRef(Py_None);
}

}  // namespace

PyRef emitFunction(ResultSink& sink) {
  PyRef capsule = mustOwn(PyCapsule_New(&sink, kSinkName, nullptr), "result sink");
  // Python keeps the address.
  static PyMethodDef method = {"emit", emit, METH_VARARGS, nullptr};
  return mustOwn(PyCFunction_New(&method, capsule.get()), "emit");
}

RichResults::Parts::Parts()
    : rich("rich", harness::kRich), notebook("notebook", harness::kNotebook) {}

RichResults::RichResults(const Parts& parts, ResultSink& sink)
    : notebook_(parts.notebook), variables_(mustOwn(PyDict_New(), "namespace")) {
  mustSucceed(PyDict_SetItemString(variables_.get(), "emit", emitFunction(sink).get()), "emit");
  parts.rich.run(variables_.get());
}

PyRef RichResults::evaluate(const std::string& source, const char* path, PyObject* globals) {
  PyRef value = notebook_.evaluate(source, path, globals);
  if (value) call("show_value", value.get());
  return value;
}

void RichResults::showFigures() {
  notebook_.close();
  call("show_figures", nullptr);
}

// An error while showing is no error of the script's.
void RichResults::call(const char* function, PyObject* argument) {
  PyRef callable = PyRef::share(PyDict_GetItemString(variables_.get(), function));
  PyRef result;
  if (callable) {
    result = PyRef::own(PyObject_CallFunctionObjArgs(callable.get(), argument, nullptr));
  }
  if (!result) PyErr_WriteUnraisable(callable.get());
}

}  // namespace brood
