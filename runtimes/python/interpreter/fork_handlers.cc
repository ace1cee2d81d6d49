#include "runtimes/python/interpreter/fork_handlers.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace brood {
namespace {

constexpr char kCapsuleName[] = "brood.ForkHandlers";
constexpr char kRegister[] = "register_at_fork";
constexpr std::string_view kForgetting = "matplotlib.font_manager";
constexpr std::string_view kSpared[] = {"concurrent.futures.thread", "logging", "random",
                                        "threading", kForgetting};

ForkHandlers* ownerOf(PyObject* capsule) {
  return static_cast<ForkHandlers*>(PyCapsule_GetPointer(capsule, kCapsuleName));
}

PyRef importOs() { return mustOwn(PyImport_ImportModule("os"), "os"); }

// The module that is calling, by its globals: a function written in C has no frame of its own.
std::string_view caller() {
  PyObject* globals = PyEval_GetGlobals();
  PyObject* name = globals == nullptr ? nullptr : PyDict_GetItemString(globals, "__name__");
  if (name == nullptr || !PyUnicode_Check(name)) return {};
  const char* text = PyUnicode_AsUTF8(name);
  if (text == nullptr) {
    PyErr_Clear();
    return {};
  }
  return text;
}

bool isSpared(std::string_view module) {
  return std::find(std::begin(kSpared), std::end(kSpared), module) != std::end(kSpared);
}

}  // namespace

template <ForkHandlers::Phase phase>
PyObject* ForkHandlers::runPhase(PyObject* self, PyObject*) {
  if (ForkHandlers* handlers = ownerOf(self)) handlers->run(phase);
  if (PyErr_Occurred()) return nullptr;
  Py_RETURN_NONE;
}

void ForkHandlers::intercept() {
  static PyMethodDef ofRegister = {
      kRegister, reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(registerHandlers)),
      METH_VARARGS | METH_KEYWORDS, nullptr};
  static PyMethodDef ofPhases[kPhases] = {
      {"before", runPhase<kBefore>, METH_NOARGS, nullptr},
      {"after_in_child", runPhase<kInChild>, METH_NOARGS, nullptr},
      {"after_in_parent", runPhase<kInParent>, METH_NOARGS, nullptr}};

  PyRef os = importOs();
  PyRef capsule = mustOwn(PyCapsule_New(this, kCapsuleName, nullptr), kRegister);
  original_ = mustOwn(PyObject_GetAttrString(os.get(), kRegister), kRegister);
  PyRef keywords = mustOwn(PyDict_New(), kRegister);
  for (PyMethodDef& method : ofPhases) {
    PyRef function = mustOwn(PyCFunction_New(&method, capsule.get()), method.ml_name);
    mustSucceed(PyDict_SetItemString(keywords.get(), method.ml_name, function.get()), kRegister);
  }
  PyRef none = mustOwn(PyTuple_New(0), kRegister);
  mustOwn(PyObject_Call(original_.get(), none.get(), keywords.get()), kRegister);

  PyRef ours = mustOwn(PyCFunction_New(&ofRegister, capsule.get()), kRegister);
  mustSucceed(PyObject_SetAttrString(os.get(), kRegister, ours.get()), kRegister);
  isIntercepting_ = true;
}

void ForkHandlers::letGo() {
  for (const PyRef& forget : forgetting_) mustOwn(PyObject_CallNoArgs(forget.get()), kRegister);
  mustSucceed(PyObject_SetAttrString(importOs().get(), kRegister, original_.get()), kRegister);
  isIntercepting_ = false;
}

PyObject* ForkHandlers::registerHandlers(PyObject* self, PyObject* args, PyObject* keywords) {
  ForkHandlers* handlers = ownerOf(self);
  if (handlers == nullptr) return nullptr;
  // Code that has kept a reference finds the original behind it. Wrong arguments are the original's
  // to refuse.
  if (handlers->isIntercepting_ && PyTuple_GET_SIZE(args) == 0 && keywords != nullptr &&
      isSpared(caller()) && handlers->keep(keywords)) {
    Py_RETURN_NONE;
  }
  return PyObject_Call(handlers->original_.get(), args, keywords);
}

bool ForkHandlers::keep(PyObject* keywords) {
  constexpr const char* kNames[kPhases] = {"before", "after_in_child", "after_in_parent"};
  PyObject* callables[kPhases];
  Py_ssize_t found = 0;
  for (size_t phase = 0; phase < kPhases; ++phase) {
    callables[phase] = PyDict_GetItemString(keywords, kNames[phase]);  // Borrowed.
    if (callables[phase] == nullptr) continue;
    if (!PyCallable_Check(callables[phase])) return false;
    ++found;
  }
  if (found == 0 || found != PyDict_Size(keywords)) return false;
  for (size_t phase = 0; phase < kPhases; ++phase) {
    if (callables[phase] != nullptr) kept_[phase].push_back(PyRef::share(callables[phase]));
  }
  if (callables[kInChild] != nullptr && caller() == kForgetting) {
    forgetting_.push_back(PyRef::share(callables[kInChild]));
  }
  return true;
}

// In the order, and with the indifference to errors, of the interpreter's own list.
void ForkHandlers::run(Phase phase) const {
  if (forksWorker_) return;
  const auto& handlers = kept_[phase];
  for (size_t i = 0; i < handlers.size(); ++i) {
    PyObject* handler = handlers[phase == kBefore ? handlers.size() - 1 - i : i].get();
    if (!PyRef::own(PyObject_CallNoArgs(handler))) PyErr_WriteUnraisable(handler);
  }
}

void ForkHandlers::beforeFork() {
  forksWorker_ = true;
  PyOS_BeforeFork();
}

void ForkHandlers::afterForkInParent() {
  PyOS_AfterFork_Parent();
  forksWorker_ = false;
}

void ForkHandlers::afterForkInChild() {
  PyOS_AfterFork_Child();
  forksWorker_ = false;
}

}  // namespace brood
