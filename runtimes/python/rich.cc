#include "runtimes/python/rich.h"

#include "runtimes/python/harness_sources.h"

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

// The module's last statement if it is an expression, taken out of the module; else empty.
PyRef takeLastExpression(PyObject* ast, PyObject* module) {
  PyRef body = PyRef::own(PyObject_GetAttrString(module, "body"));
  const Py_ssize_t count = body ? PyList_Size(body.get()) : -1;
  PyRef expressionType = PyRef::own(PyObject_GetAttrString(ast, "Expr"));
  if (count <= 0 || !expressionType) return {};
  PyRef last = PyRef::share(PyList_GET_ITEM(body.get(), count - 1));
  if (PyObject_IsInstance(last.get(), expressionType.get()) != 1) return {};
  PyRef value = PyRef::own(PyObject_GetAttrString(last.get(), "value"));
  if (!value || PySequence_DelItem(body.get(), count - 1) < 0) return {};
  return PyRef::own(PyObject_CallMethod(ast, "Expression", "O", value.get()));
}

PyRef compile(PyObject* tree, const char* path, const char* mode) {
  PyRef compiler = PyRef::share(PyDict_GetItemString(PyEval_GetBuiltins(), "compile"));
  if (!compiler) return {};
  constexpr int kNoFlags = 0, kDontInherit = 1;
  return PyRef::own(PyObject_CallFunction(compiler.get(), "Ossii", tree, path, mode, kNoFlags,
                                          kDontInherit));
}

}  // namespace

RichResults::RichResults(ResultSink& sink) : variables_(mustOwn(PyDict_New(), "namespace")) {
  PyRef capsule = mustOwn(PyCapsule_New(&sink, kSinkName, nullptr), "result sink");
  // Python keeps the address.
  static PyMethodDef method = {"emit", emit, METH_VARARGS, nullptr};
  PyRef function = mustOwn(PyCFunction_New(&method, capsule.get()), "emit");
  mustSucceed(PyDict_SetItemString(variables_.get(), "emit", function.get()), "emit");
  HarnessPart("rich", harness::kRich).run(variables_.get());
}

// Python's compiler by its own entry, so that no frame of ours is in a traceback.
PyRef RichResults::evaluate(const std::string& source, const char* path, PyObject* globals) {
  PyCompilerFlags flags{};
  flags.cf_flags = PyCF_ONLY_AST;
  flags.cf_feature_version = PY_MINOR_VERSION;
  PyRef ast = PyRef::own(PyImport_ImportModule("ast"));
  PyRef module = PyRef::own(Py_CompileStringFlags(source.c_str(), path, Py_file_input, &flags));
  if (!ast || !module) return {};
  PyRef expression = takeLastExpression(ast.get(), module.get());
  PyErr_Clear();
  PyRef code = compile(module.get(), path, "exec");
  PyRef last = expression ? compile(expression.get(), path, "eval") : PyRef();
  if (!code || (expression && !last)) return {};

  PyRef done = PyRef::own(PyEval_EvalCode(code.get(), globals, globals));
  if (!done || !last) return done;
  PyRef value = PyRef::own(PyEval_EvalCode(last.get(), globals, globals));
  if (!value) return {};
  call("show_value", value.get());
  return value;
}

void RichResults::showFigures() { call("show_figures", nullptr); }

// What goes wrong in showing is no error of the script's.
void RichResults::call(const char* function, PyObject* argument) {
  PyRef callable = PyRef::share(PyDict_GetItemString(variables_.get(), function));
  PyRef result;
  if (callable) {
    result = PyRef::own(PyObject_CallFunctionObjArgs(callable.get(), argument, nullptr));
  }
  if (!result) PyErr_WriteUnraisable(callable.get());
}

}  // namespace brood
