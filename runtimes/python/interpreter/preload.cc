#include "runtimes/python/interpreter/preload.h"

#include "runtimes/python/interpreter/harness.h"
#include "runtimes/python/interpreter/harness_sources.h"
#include "runtimes/python/interpreter/py_ref.h"

#include <kj/debug.h>

#include <dirent.h>
#include <unistd.h>

#include <memory>
#include <string>

namespace brood {
namespace {

kj::String textOf(PyObject* object) {
  PyRef bytes = mustOwn(PyUnicode_AsEncodedString(object, "utf-8", "replace"), "encode text");
  return kj::heapString(PyBytes_AS_STRING(bytes.get()), PyBytes_GET_SIZE(bytes.get()));
}

PyRef nameList(kj::ArrayPtr<const kj::String> names) {
  PyRef list = mustOwn(PyList_New(0), "list of names");
  for (const auto& name : names) {
    mustSucceed(PyList_Append(list.get(), decodeText(name).get()), "list of names");
  }
  return list;
}

void readReport(PyObject* variables, WarmUpReport& report) {
  PyObject* loaded = PyDict_GetItemString(variables, "loaded");
  PyObject* missing = PyDict_GetItemString(variables, "missing");
  KJ_REQUIRE(loaded != nullptr && missing != nullptr);
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(loaded); i++) {
    report.loaded.add(textOf(PyList_GET_ITEM(loaded, i)));
  }
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(missing); i++) {
    PyObject* pair = PyList_GET_ITEM(missing, i);
    report.missing.add(WarmUpReport::Missing{textOf(PyTuple_GET_ITEM(pair, 0)),
                                             textOf(PyTuple_GET_ITEM(pair, 1))});
  }
}

int countThreads() {
  std::unique_ptr<DIR, int (*)(DIR*)> tasks(opendir("/proc/self/task"), closedir);
  KJ_REQUIRE(tasks != nullptr, "cannot read /proc/self/task");
  int count = 0;
  while (const dirent* entry = readdir(tasks.get())) count += entry->d_name[0] != '.';
  return count;
}

// A joined thread is gone for Python a moment before it is gone for the kernel.
void requireSingleThread() {
  constexpr int kAttempts = 1000;
  constexpr useconds_t kPauseUs = 1000;
  for (int attempt = 0; countThreads() > 1; attempt++) {
    if (attempt == kAttempts) {
      const auto text =
          kj::str("what is loaded ahead has left threads running, ", countThreads() - 1,
                  " of them: a fork has only the one that forks. Start them in the job, or "
                  "stop them at the end of the warm-up");
      kj::throwFatalException(
          kj::Exception(kj::Exception::Type::FAILED, __FILE__, __LINE__, kj::str(text)));
    }
    usleep(kPauseUs);
  }
}

}  // namespace

void preloadModules(kj::ArrayPtr<const kj::String> names, WarmUpReport& report) {
  PyRef variables = mustOwn(PyDict_New(), "namespace");
  mustSucceed(PyDict_SetItemString(variables.get(), "names", nameList(names).get()), "names");
  HarnessPart("preload", harness::kPreload).run(variables.get());
  readReport(variables.get(), report);
  PyDict_Clear(variables.get());
  HarnessPart("use_packages", harness::kUsePackages).run(variables.get());
  PyDict_Clear(variables.get());
  requireSingleThread();
}

WarmUpJobs runWarmUpScript(kj::ArrayPtr<const kj::byte> script) {
  constexpr char kName[] = "warmup";
  const std::string source(reinterpret_cast<const char*>(script.begin()), script.size());
  PyRef module = mustOwn(PyModule_New(kName), kName);
  PyObject* variables = PyModule_GetDict(module.get());
  mustSucceed(PyDict_SetItemString(variables, "__builtins__", PyEval_GetBuiltins()), "builtins");
  mustSucceed(PyDict_SetItemString(PyImport_GetModuleDict(), kName, module.get()), kName);
  PyRef code = mustOwn(Py_CompileString(source.c_str(), "<warm-up>", Py_file_input),
                       "compile the warm-up script");
  mustOwn(PyEval_EvalCode(code.get(), variables, variables), "run the warm-up script");
  requireSingleThread();
  return takeWarmUpJobs(variables);
}

}  // namespace brood
