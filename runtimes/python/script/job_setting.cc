#include "runtimes/python/script/job_setting.h"

#include "runtimes/python/interpreter/interpreter.h"
#include "runtimes/python/interpreter/py_ref.h"

#include <kj/debug.h>

#include <fcntl.h>
#include <unistd.h>

#include <string>

namespace brood {
namespace {

constexpr off_t kUsualSourceBytes = 4096;

// Through os.environ, which also sets the process's own for children and C code.
void setVariable(PyObject* environ, kj::StringPtr name, kj::StringPtr value) {
  mustSucceed(PyObject_SetItem(environ, decodeText(name).get(), decodeText(value).get()),
              "set an environment variable");
}

PyRef environment() {
  PyRef os = mustOwn(PyImport_ImportModule("os"), "os");
  return mustOwn(PyObject_GetAttrString(os.get(), "environ"), "os.environ");
}

// It remembers where it has looked before.
void forgetTemporaryDirectory() {
  PyObject* tempfile = PyDict_GetItemString(PyImport_GetModuleDict(), "tempfile");
  if (tempfile == nullptr) return;
  mustSucceed(PyObject_SetAttrString(tempfile, "tempdir", Py_None), "tempfile.tempdir");
}

}  // namespace

void setVariables(kj::ArrayPtr<const JobEnvVar> variables) {
  PyRef environ = environment();
  bool setsTimeZone = false;
  for (const auto& variable : variables) {
    setVariable(environ.get(), variable.name, variable.value);
    setsTimeZone |= variable.name == "TZ";
    if (variable.name == "TMPDIR") forgetTemporaryDirectory();
    if (variable.name == "PYTHONDONTWRITEBYTECODE" && variable.value.size() > 0) {
      mustSucceed(PySys_SetObject("dont_write_bytecode", Py_True), "sys.dont_write_bytecode");
    }
  }
  if (!setsTimeZone) return;
  PyRef time = mustOwn(PyImport_ImportModule("time"), "time");
  mustOwn(PyObject_CallMethod(time.get(), "tzset", nullptr), "set the time zone");
}

namespace {

void sayWhereWeStarted(const std::string& folder) {
  // multiprocessing remembers the directory it was imported in and sends its children there.
  PyObject* process = PyDict_GetItemString(PyImport_GetModuleDict(), "multiprocessing.process");
  if (process == nullptr) return;
  mustSucceed(PyObject_SetAttrString(process, "ORIGINAL_DIR", decodeText(folder.c_str()).get()),
              "set multiprocessing's directory");
}

void append(PyObject* list, PyRef item) { mustSucceed(PyList_Append(list, item.get()), "append"); }

void setArguments(kj::StringPtr sourcePath, kj::ArrayPtr<const kj::StringPtr> arguments) {
  PyRef argv = mustOwn(PyList_New(0), "sys.argv");
  PyRef original = mustOwn(PyList_New(0), "sys.orig_argv");
  append(original.get(), decodeText(kPythonExecutable));
  append(original.get(), decodeText("-u"));
  append(argv.get(), decodeText(sourcePath));
  append(original.get(), decodeText(sourcePath));
  for (kj::StringPtr argument : arguments) {
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

void removeFromSearchPath(const std::string& folder) {
  PyObject* path = PySys_GetObject("path");
  if (path == nullptr || !PyList_Check(path) || PyList_GET_SIZE(path) == 0) return;
  PyRef text = decodeText(folder.c_str());
  if (PyObject_RichCompareBool(PyList_GET_ITEM(path, 0), text.get(), Py_EQ) != 1) return;
  mustSucceed(PyList_SetSlice(path, 0, 1, nullptr), "sys.path");
}

}  // namespace

std::string folderOf(kj::StringPtr path) {
  std::string text(path.cStr());
  size_t slash = text.rfind('/');
  KJ_REQUIRE(slash != std::string::npos && slash != 0, "not an absolute path in a folder", path);
  return text.substr(0, slash);
}

JobPlace::~JobPlace() {
  if (file_ != nullptr) fclose(file_);
}

void JobPlace::expect(kj::StringPtr sourcePath) {
  if (sourcePath != path_.c_str()) describe(sourcePath);
}

// Replaces what an earlier place has left behind.
void JobPlace::describe(kj::StringPtr sourcePath) {
  if (!path_.empty()) removeFromSearchPath(folderOf(path_.c_str()));
  const std::string folder = folderOf(sourcePath);
  sayWhereWeStarted(folder);
  setVariable(environment().get(), "PWD", folder.c_str());
  setArguments(sourcePath, {});
  prependSearchPath(folder);
  path_ = sourcePath.cStr();
}

void JobPlace::prepare(kj::StringPtr sourcePath) {
  if (file_ != nullptr) {
    fclose(file_);
    file_ = nullptr;
    unlink(path_.c_str());
  }
  const std::string folder = folderOf(sourcePath);
  KJ_SYSCALL(chdir(folder.c_str()), folder.c_str());
  expect(sourcePath);
  file_ = fopen(path_.c_str(), "w+e");
  if (file_ == nullptr) KJ_FAIL_SYSCALL("fopen", errno, sourcePath);
  // Memory for a source of usual length; where there is none ahead, it is taken when it is written.
  static_cast<void>(fallocate(fileno(file_), FALLOC_FL_KEEP_SIZE, 0, kUsualSourceBytes));
}

void JobPlace::leave() {
  if (file_ != nullptr) {
    fclose(file_);
    file_ = nullptr;
    unlink(path_.c_str());
  }
  if (!path_.empty()) removeFromSearchPath(folderOf(path_.c_str()));
  path_.clear();
  setArguments("", {});
  prependSearchPath("");
}

FILE* JobPlace::writeSource(kj::ArrayPtr<const kj::byte> source) {
  KJ_REQUIRE(file_ != nullptr, "no place for the source");
  // Not through the stream, which then still stands at its beginning.
  const int fd = fileno(file_);
  for (size_t done = 0; done < source.size();) {
    ssize_t count =
        pwrite(fd, source.begin() + done, source.size() - done, static_cast<off_t>(done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) KJ_FAIL_SYSCALL("write", errno, path_.c_str());
    done += static_cast<size_t>(count);
  }
  FILE* file = file_;
  file_ = nullptr;
  return file;
}

void applyJobSetting(const JobSpec& job) {
  if (job.env.size() > 0) setVariables(job.env);
  if (job.args.size() > 0) setArguments(job.sourcePath, job.args);
}

}  // namespace brood
