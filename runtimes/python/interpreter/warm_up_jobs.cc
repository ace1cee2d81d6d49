#include "runtimes/python/interpreter/warm_up_jobs.h"

#include "runtimes/python/interpreter/py_ref.h"

#include <kj/debug.h>

namespace brood {
namespace {

// Each takes the zygote's start some milliseconds.
constexpr Py_ssize_t kMostLargeJobs = 16;

std::string requireText(PyObject* text, const char* what) {
  KJ_REQUIRE(PyUnicode_Check(text), what);
  Py_ssize_t size = 0;
  const char* bytes = PyUnicode_AsUTF8AndSize(text, &size);
  KJ_REQUIRE(bytes != nullptr, "not Unicode", what);
  return std::string(bytes, static_cast<size_t>(size));
}

// Empty if there is none.
PyRef take(PyObject* variables, const char* name) {
  PyRef value = PyRef::share(PyDict_GetItemString(variables, name));
  if (value.get() != nullptr) mustSucceed(PyDict_DelItemString(variables, name), name);
  return value;
}

}  // namespace

WarmUpJobs takeWarmUpJobs(PyObject* variables) {
  WarmUpJobs jobs;
  if (PyRef text = take(variables, "typical_job"); text.get() != nullptr) {
    jobs.typical =
        requireText(text.get(), "typical_job in the warm-up script must be the text of a program");
  }
  const PyRef large = take(variables, "large_jobs");
  if (large.get() == nullptr) return jobs;
  KJ_REQUIRE(PyDict_Check(large.get()),
             "large_jobs in the warm-up script must be a dictionary from words to programs");
  const Py_ssize_t count = PyDict_Size(large.get());
  KJ_REQUIRE(count <= kMostLargeJobs, "large_jobs in the warm-up script are too many", count,
             kMostLargeJobs);
  PyObject *word, *program;  // Borrowed.
  for (Py_ssize_t place = 0; PyDict_Next(large.get(), &place, &word, &program);) {
    auto& job = jobs.large.emplace_back(
        requireText(word, "a word in large_jobs of the warm-up script must be text"),
        requireText(program, "large_jobs in the warm-up script must be the texts of programs"));
    KJ_REQUIRE(!job.first.empty(), "a word in large_jobs of the warm-up script is empty");
  }
  return jobs;
}

}  // namespace brood
