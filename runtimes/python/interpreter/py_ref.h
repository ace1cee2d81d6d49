#pragma once
// Ownership of Python objects, and the bridge from Python's errors to ours.

#include <Python.h>

#include <kj/string.h>

#include <utility>

namespace brood {

// One reference to a Python object. Empty when the call that made it failed.
class PyRef {
 public:
  PyRef() = default;
  // Takes over a new reference, as most of Python's API returns.
  static PyRef own(PyObject* object) { return PyRef(object); }
  // Adds a reference to one that is borrowed.
  static PyRef share(PyObject* object) { return PyRef(Py_XNewRef(object)); }

  PyRef(PyRef&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  PyRef& operator=(PyRef&& other) noexcept {
    PyRef old(std::exchange(object_, std::exchange(other.object_, nullptr)));
    return *this;
  }
  PyRef(const PyRef&) = delete;
  PyRef& operator=(const PyRef&) = delete;
  ~PyRef() { Py_XDECREF(object_); }

  PyObject* get() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }
  [[nodiscard]] PyObject* release() { return std::exchange(object_, nullptr); }
  void reset() { *this = PyRef(); }

 private:
  explicit PyRef(PyObject* object) : object_(object) {}

  PyObject* object_ = nullptr;
};

// For the harness's own calls, which fail only when the environment is broken: passes a new
// reference on, or throws with Python's error and `what` was attempted.
PyRef mustOwn(PyObject* object, const char* what);
void mustSucceed(int status, const char* what);

// A str from bytes of the outside world, undecodable ones escaped as Python does for argv.
PyRef decodeText(kj::StringPtr text);

}  // namespace brood
