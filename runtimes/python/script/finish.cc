#include "runtimes/python/script/finish.h"

#include "runtimes/python/script/quiet_end.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>

namespace brood {
namespace {

constexpr int kFlushFailedExitCode = 120;

PyRef importedModule(const char* name) {
  PyRef module = PyRef::share(PyDict_GetItemString(PyImport_GetModuleDict(), name));
  if (!module) PyErr_Clear();
  return module;
}

// Also runs what concurrent.futures registers to stop its workers.
void joinThreads() {
  PyRef threading = importedModule("threading");
  if (!threading) return;
  PyRef result = PyRef::own(PyObject_CallMethod(threading.get(), "_shutdown", nullptr));
  if (!result) PyErr_WriteUnraisable(threading.get());
}

void runAtExitCallbacks() {
  PyRef atexit = PyRef::own(PyImport_ImportModule("atexit"));
  PyRef result;
  if (atexit) result = PyRef::own(PyObject_CallMethod(atexit.get(), "_run_exitfuncs", nullptr));
  if (!result) PyErr_Clear();
}

bool isClosed(PyObject* stream) {
  PyRef closed = PyRef::own(PyObject_GetAttrString(stream, "closed"));
  int truth = closed ? PyObject_IsTrue(closed.get()) : 0;
  PyErr_Clear();
  return truth == 1;
}

bool flushStream(PyObject* stream) {
  if (stream == nullptr || stream == Py_None || isClosed(stream)) return true;
  PyRef result = PyRef::own(PyObject_CallMethod(stream, "flush", nullptr));
  return static_cast<bool>(result);
}

bool flushStandardStreams() {
  bool flushed = true;
  PyRef out = PyRef::share(PySys_GetObject("stdout"));
  if (!flushStream(out.get())) {
    PyErr_WriteUnraisable(out.get());
    flushed = false;
  }
  PyRef err = PyRef::share(PySys_GetObject("stderr"));
  if (!flushStream(err.get())) {
    PyErr_Clear();
    flushed = false;
  }
  return flushed;
}

void setSysAttribute(const char* name, PyObject* value) {
  if (PySys_SetObject(name, value) < 0) PyErr_Clear();
}

// Drops what sys itself holds of the script, and gives finalisers the real streams to print to.
void clearSysAttributes() {
  for (const char* name :
       {"path", "argv", "ps1", "ps2", "last_exc", "last_type", "last_value", "last_traceback",
        "path_hooks", "path_importer_cache", "meta_path", "__interactivehook__"}) {
    setSysAttribute(name, Py_None);
  }
  for (const char* name : {"stdin", "stdout", "stderr"}) {
    std::string original = std::string("__") + name + "__";
    PyObject* stream = PySys_GetObject(original.c_str());
    setSysAttribute(name, stream == nullptr ? Py_None : stream);
  }
}

// Takes a module out of sys.modules; yields a weak reference, to see whether anything keeps it.
PyRef dropModule(PyObject* name) {
  PyObject* modules = PyImport_GetModuleDict();
  PyObject* module = PyDict_GetItemWithError(modules, name);
  PyRef weak = module == nullptr || !PyModule_Check(module)
                   ? PyRef()
                   : PyRef::own(PyWeakref_NewRef(module, nullptr));
  if (PyDict_SetItem(modules, name, Py_None) < 0) PyErr_Clear();
  PyErr_Clear();
  return weak;
}

// As the interpreter clears the modules that somebody still refers to: first the names with one
// leading underscore, then all but __builtins__.
void clearModuleNamespace(PyObject* module) {
  PyObject* globals = PyModule_GetDict(module);
  PyObject *name, *value;
  for (bool privateNames : {true, false}) {
    for (Py_ssize_t position = 0; PyDict_Next(globals, &position, &name, &value);) {
      if (value == Py_None || !PyUnicode_Check(name)) continue;
      const char* text = PyUnicode_AsUTF8(name);
      if (text == nullptr) {
        PyErr_Clear();
        continue;
      }
      bool isPrivate = text[0] == '_' && text[1] != '_';
      if (privateNames ? !isPrivate : strcmp(text, "__builtins__") == 0) continue;
      if (PyDict_SetItem(globals, name, Py_None) < 0) PyErr_Clear();
    }
  }
}

void clearSurvivors(const std::vector<PyRef>& weakModules) {
  for (auto weak = weakModules.rbegin(); weak != weakModules.rend(); ++weak) {
    if (!*weak) continue;
    // Calling a weak reference yields its target, or None.
    PyRef module = PyRef::own(PyObject_CallNoArgs(weak->get()));
    if (module && module.get() != Py_None) clearModuleNamespace(module.get());
  }
}

// Destroys the script's modules and everything only they hold.
void releaseJobObjects(PyRef mainModule, const ModuleSnapshot& modulesBefore) {
  PyGC_Collect();
  clearSysAttributes();

  // Tracebacks of finalisers have no source lines in a full teardown: reading them takes `io`.
  PyRef ioName = PyRef::own(PyUnicode_FromString("io"));
  PyRef io = importedModule("io");
  if (ioName) dropModule(ioName.get());

  std::vector<PyRef> survivors;
  PyRef mainName = PyRef::own(PyUnicode_FromString("__main__"));
  mainModule.reset();
  if (mainName) survivors.push_back(dropModule(mainName.get()));
  for (const auto& name : modulesBefore.addedNames()) {
    if (PyUnicode_Check(name.get()) && PyUnicode_CompareWithASCIIString(name.get(), "__main__")) {
      survivors.push_back(dropModule(name.get()));
    }
  }
  PyErr_Clear();
  PyGC_Enable();
  PyGC_Collect();
  clearSurvivors(survivors);
  PyGC_Collect();
}

bool otherThreadsExist() {
  PyRef thread = PyRef::own(PyImport_ImportModule("_thread"));
  PyRef count;
  if (thread) count = PyRef::own(PyObject_CallMethod(thread.get(), "_count", nullptr));
  long number = count ? PyLong_AsLong(count.get()) : 0;
  PyErr_Clear();
  return number > 0;
}

// Files that outlive the script's modules because a preloaded module holds them: a full teardown
// would flush them on destruction. Not with daemon threads about, which may hold a file's lock.
void flushForgottenFiles() {
  if (otherThreadsExist()) return;
  PyRef gc = PyRef::own(PyImport_ImportModule("gc"));
  PyRef io = PyRef::own(PyImport_ImportModule("_io"));
  if (!gc || !io) return PyErr_Clear();
  PyRef objects = PyRef::own(PyObject_CallMethod(gc.get(), "get_objects", nullptr));
  if (!objects) return PyErr_Clear();
  // Text before binary: flushing a text file fills the binary one below it.
  for (const char* name : {"TextIOWrapper", "BufferedWriter", "BufferedRandom"}) {
    PyRef type = PyRef::own(PyObject_GetAttrString(io.get(), name));
    for (Py_ssize_t i = 0; type && i < PyList_GET_SIZE(objects.get()); i++) {
      PyObject* object = PyList_GET_ITEM(objects.get(), i);
      if (Py_TYPE(object) == reinterpret_cast<PyTypeObject*>(type.get())) flushStream(object);
      PyErr_Clear();
    }
  }
}

}  // namespace

ModuleSnapshot ModuleSnapshot::take() {
  ModuleSnapshot snapshot;
  PyObject *name, *module;
  Py_ssize_t position = 0, next = 0;
  while (PyDict_Next(PyImport_GetModuleDict(), &next, &name, &module)) {
    snapshot.names_.push_back(name);
    snapshot.lastPosition_ = position;
    snapshot.lastModule_ = module;
    position = next;
  }
  return snapshot;
}

// A dict keeps its order and adds at the end. Most jobs import only what is there already, and
// going through a thousand names costs one of them more than its own code.
bool ModuleSnapshot::nothingAdded() const {
  PyObject* modules = PyImport_GetModuleDict();
  if (names_.empty() || PyDict_Size(modules) != static_cast<Py_ssize_t>(names_.size()))
    return false;
  PyObject *name, *module;
  Py_ssize_t position = lastPosition_;
  return PyDict_Next(modules, &position, &name, &module) && name == names_.back() &&
         module == lastModule_ && !PyDict_Next(modules, &position, &name, &module);
}

std::vector<PyRef> ModuleSnapshot::addedNames() const {
  std::vector<PyRef> added;
  if (nothingAdded()) return added;
  auto expected = names_.begin();
  PyObject *name, *module;
  for (Py_ssize_t position = 0; PyDict_Next(PyImport_GetModuleDict(), &position, &name, &module);) {
    // A dict keeps its order, so names before `expected` that are missing were deleted.
    auto found = std::find(expected, names_.end(), name);
    if (found != names_.end()) {
      expected = found + 1;
    } else {
      added.push_back(PyRef::share(name));
    }
  }
  return added;
}

int finishJob(PyRef mainModule, const ModuleSnapshot& modulesBefore, const QuietEnd& quietEnd,
              const ScriptOutcome& outcome) {
  const int exitCode = outcome.exitCode;
  while (Py_MakePendingCalls() < 0) PyErr_WriteUnraisable(nullptr);
  if (quietEnd.holds(modulesBefore)) {
    static_cast<void>(mainModule.release());
    const bool flushedAll = outcome.flushed || flushStandardStreams();
    fflush(nullptr);
    return flushedAll ? exitCode : kFlushFailedExitCode;
  }
  joinThreads();
  while (Py_MakePendingCalls() < 0) PyErr_WriteUnraisable(nullptr);
  runAtExitCallbacks();
  bool flushed = flushStandardStreams();
  releaseJobObjects(std::move(mainModule), modulesBefore);
  flushForgottenFiles();
  flushed = flushStandardStreams() && flushed;
  fflush(nullptr);
  return flushed ? exitCode : kFlushFailedExitCode;
}

}  // namespace brood
