#include "runtimes/python/script/script.h"

#include "runtimes/python/script/rich.h"
#include "runtimes/python/script/uncaught.h"

#include <string>
#include <string_view>

namespace brood {
namespace {

// Python's own reader, so that encoding cookies, byte order marks and syntax errors are exactly
// the interpreter's.
PyRef evaluateFile(FILE* source, const char* path, PyObject* globals) {
  constexpr int kCloseWhenRead = 1;
  PyCompilerFlags flags{};
  flags.cf_feature_version = PY_MINOR_VERSION;
  return PyRef::own(
      PyRun_FileExFlags(source, path, Py_file_input, globals, globals, kCloseWhenRead, &flags));
}

// To which the file's reader could add nothing: no encoding but ASCII, none declared (PEP 263) in
// the two lines where it would be, and no NUL, at which the string compiler stops.
bool isPlain(kj::ArrayPtr<const kj::byte> text) {
  if (text.size() == 0) return false;
  for (kj::byte character : text) {
    if (character == 0 || character >= 0x80) return false;
  }
  std::string_view head(reinterpret_cast<const char*>(text.begin()), text.size());
  const size_t firstEnd = head.find('\n');
  if (firstEnd != std::string_view::npos) head = head.substr(0, head.find('\n', firstEnd + 1));
  return head.find("coding") == std::string_view::npos;
}

// Evaluates the text as if the file had been read once more.
PyRef evaluateText(kj::ArrayPtr<const kj::byte> text, const char* path, PyObject* globals) {
  PyCompilerFlags flags{};
  flags.cf_feature_version = PY_MINOR_VERSION;
  const std::string source(reinterpret_cast<const char*>(text.begin()), text.size());
  constexpr int kAsTheInterpreterIs = -1;
  PyRef code = PyRef::own(
      Py_CompileStringExFlags(source.c_str(), path, Py_file_input, &flags, kAsTheInterpreterIs));
  if (!code || PySys_Audit("exec", "O", code.get()) < 0) return {};
  return PyRef::own(PyEval_EvalCode(code.get(), globals, globals));
}

PyRef evaluate(const Source& source, const char* path, PyObject* globals) {
  if (!isPlain(source.text)) return evaluateFile(source.file, path, globals);
  fclose(source.file);
  return evaluateText(source.text, path, globals);
}

std::string contentOf(FILE* source) {
  std::string text;
  char buffer[16 * 1024];
  for (size_t count; (count = fread(buffer, 1, sizeof(buffer), source)) > 0;) {
    text.append(buffer, count);
  }
  rewind(source);
  return text;
}

PyRef evaluateRichly(FILE* source, const char* path, PyObject* globals, RichResults& rich) {
  const std::string text = contentOf(source);
  // The string compiler would stop at a NUL, for which the file's reader has an error.
  if (text.find('\0') != std::string::npos) return evaluateFile(source, path, globals);
  fclose(source);
  return rich.evaluate(text, path, globals);
}

// The interpreter takes these two away once the script has ended by itself; atexit callbacks and
// finalisers no longer see them.
void undescribeFile(PyObject* globals) {
  for (const char* name : {"__file__", "__cached__"}) {
    if (PyDict_DelItemString(globals, name) < 0) PyErr_Clear();
  }
}

bool flush(const char* name) {
  PyObject* stream = PySys_GetObject(name);
  if (stream == nullptr || stream == Py_None) return true;
  PyRef held = PyRef::share(stream);
  // Interned, as the name is in a script: the type's cache of methods goes by the object.
  PyRef method = PyRef::own(PyUnicode_InternFromString("flush"));
  PyRef result;
  if (method) result = PyRef::own(PyObject_CallMethodNoArgs(held.get(), method.get()));
  PyErr_Clear();
  return static_cast<bool>(result);
}

// As the interpreter does between a script's end and the report of its exception.
bool flushAfterScript() {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  const bool flushedErr = flush("stderr");
  const bool flushedOut = flush("stdout");
  PyErr_Restore(type, value, traceback);
  return flushedErr && flushedOut;
}

}  // namespace

PyRef newMainModule() {
  PyRef module = mustOwn(PyModule_New("__main__"), "__main__");
  PyObject* globals = PyModule_GetDict(module.get());
  PyObject* original = PyModule_GetDict(PyImport_AddModule("__main__"));
  PyObject *name, *value;
  for (Py_ssize_t position = 0; PyDict_Next(original, &position, &name, &value);) {
    // __annotations__ is the only one a script changes in place.
    PyRef own = PyDict_Check(value) ? mustOwn(PyDict_New(), "namespace") : PyRef::share(value);
    mustSucceed(PyDict_SetItem(globals, name, own.get()), "__main__");
  }
  return module;
}

void installMainModule(PyObject* module) {
  mustSucceed(PyDict_SetItemString(PyImport_GetModuleDict(), "__main__", module), "__main__");
}

PyRef sourceLoader() {
  PyRef importer = mustOwn(PyImport_ImportModule("_frozen_importlib_external"), "importlib");
  return mustOwn(PyObject_GetAttrString(importer.get(), "SourceFileLoader"), "loader");
}

void describeFile(PyObject* mainModule, PyObject* sourceLoader, const char* path) {
  PyObject* globals = PyModule_GetDict(mainModule);
  PyRef file = decodeText(path);
  mustSucceed(PyDict_SetItemString(globals, "__file__", file.get()), "__file__");
  mustSucceed(PyDict_SetItemString(globals, "__cached__", Py_None), "__cached__");
  PyRef loader =
      mustOwn(PyObject_CallFunction(sourceLoader, "sO", "__main__", file.get()), "loader");
  mustSucceed(PyDict_SetItemString(globals, "__loader__", loader.get()), "__loader__");
}

void rehearseScript() noexcept {
  constexpr char kSource[] = "print(end='')\n";
  PyRef globals = PyRef::own(PyDict_New());
  const auto text = kj::arrayPtr(reinterpret_cast<const kj::byte*>(kSource), sizeof(kSource) - 1);
  if (globals && PyDict_SetItemString(globals.get(), "__builtins__", PyEval_GetBuiltins()) == 0) {
    PyRef result = evaluateText(text, "<rehearsal>", globals.get());
  }
  PyErr_Clear();
}

ScriptOutcome runScript(const Source& source, const char* path, PyObject* mainModule,
                        RichResults* rich) {
  PyObject* globals = PyModule_GetDict(mainModule);
  PyRef result = rich == nullptr ? evaluate(source, path, globals)
                                 : evaluateRichly(source.file, path, globals, *rich);
  ScriptOutcome outcome;
  outcome.flushed = flushAfterScript() && result;
  bool wasSystemExit = false;
  if (!result) {
    outcome.interrupted = PyErr_Occurred() == PyExc_KeyboardInterrupt;
    UncaughtResult uncaught = handleUncaught();
    outcome.exitCode = uncaught.exitCode;
    wasSystemExit = uncaught.wasSystemExit;
  }
  if (rich != nullptr) rich->showFigures();
  if (!wasSystemExit) undescribeFile(globals);
  return outcome;
}

}  // namespace brood
