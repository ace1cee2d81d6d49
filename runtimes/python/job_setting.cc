#include "runtimes/python/job_setting.h"

#include "runtimes/python/interpreter.h"
#include "runtimes/python/py_ref.h"

#include <kj/debug.h>

#include <fcntl.h>
#include <unistd.h>

#include <string>

namespace brood {
namespace {

std::string folderOf(kj::StringPtr path) {
  std::string text(path.cStr());
  size_t slash = text.rfind('/');
  KJ_REQUIRE(slash != std::string::npos && slash != 0, "not an absolute path in a folder", path);
  return text.substr(0, slash);
}

// Through os.environ, which also sets the process's own for children and C code.
void setVariable(PyObject* environ, kj::StringPtr name, kj::StringPtr value) {
  mustSucceed(PyObject_SetItem(environ, decodeText(name).get(), decodeText(value).get()),
              "set an environment variable");
}

void setEnvironment(const JobSpec& job, kj::StringPtr folder) {
  PyRef os = mustOwn(PyImport_ImportModule("os"), "os");
  PyRef environ = mustOwn(PyObject_GetAttrString(os.get(), "environ"), "os.environ");
  setVariable(environ.get(), "PWD", folder);
  bool setsTimeZone = false;
  for (const auto& variable : job.env) {
    setVariable(environ.get(), variable.name, variable.value);
    setsTimeZone |= variable.name == "TZ";
  }
  if (!setsTimeZone) return;
  PyRef time = mustOwn(PyImport_ImportModule("time"), "time");
  mustOwn(PyObject_CallMethod(time.get(), "tzset", nullptr), "set the time zone");
}

void enterFolder(const std::string& folder) {
  KJ_SYSCALL(chdir(folder.c_str()), folder.c_str());
  // multiprocessing remembers the directory it was imported in and sends its children there.
  PyObject* process = PyDict_GetItemString(PyImport_GetModuleDict(), "multiprocessing.process");
  if (process == nullptr) return;
  mustSucceed(PyObject_SetAttrString(process, "ORIGINAL_DIR", decodeText(folder.c_str()).get()),
              "set multiprocessing's directory");
}

void append(PyObject* list, PyRef item) {
  mustSucceed(PyList_Append(list, item.get()), "append");
}

void setArguments(const JobSpec& job) {
  PyRef argv = mustOwn(PyList_New(0), "sys.argv");
  PyRef original = mustOwn(PyList_New(0), "sys.orig_argv");
  append(original.get(), decodeText(kPythonExecutable));
  append(original.get(), decodeText("-u"));
  append(argv.get(), decodeText(job.sourcePath));
  append(original.get(), decodeText(job.sourcePath));
  for (kj::StringPtr argument : job.args) {
    append(argv.get(), decodeText(argument));
    append(original.get(), decodeText(argument));
  }
  mustSucceed(PySys_SetObject("argv", argv.get()), "sys.argv");
  mustSucceed(PySys_SetObject("orig_argv", original.get()), "sys.orig_argv");
}

void prependSearchPath(const std::string& folder) {
  PyObject* path = PySys_GetObject("path");
  KJ_REQUIRE(path != nullptr && PyList_Check(path));
  mustSucceed(PyList_Insert(path, 0, decodeText(folder.c_str()).get()), "sys.path");
}

}  // namespace

void applyJobSetting(const JobSpec& job) {
  std::string folder = folderOf(job.sourcePath);
  enterFolder(folder);
  setEnvironment(job, folder.c_str());
  setArguments(job);
  prependSearchPath(folder);
}

FILE* writeSource(const JobSpec& job) {
  FILE* file = fopen(job.sourcePath.cStr(), "w+e");
  if (file == nullptr) KJ_FAIL_SYSCALL("fopen", errno, job.sourcePath);
  size_t written = fwrite(job.source.begin(), 1, job.source.size(), file);
  if (written != job.source.size() || fflush(file) != 0) {
    int error = errno;
    fclose(file);
    KJ_FAIL_SYSCALL("write", error, job.sourcePath);
  }
  rewind(file);
  return file;
}

}  // namespace brood
