#include "runtimes/python/interpreter/py_ref.h"

#include <kj/debug.h>

namespace brood {
namespace {

kj::String takeErrorText() {
  PyObject *type, *value, *traceback;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  PyRef typeRef = PyRef::own(type);
  PyRef valueRef = PyRef::own(value);
  PyRef tracebackRef = PyRef::own(traceback);
  if (!valueRef) return kj::str("no Python error set");
  PyRef text = PyRef::own(PyObject_Repr(value));
  const char* utf8 = text ? PyUnicode_AsUTF8(text.get()) : nullptr;
  if (utf8 == nullptr) {
    PyErr_Clear();
    return kj::str("an exception without a representation");
  }
  return kj::str(utf8);
}

}  // namespace

PyRef mustOwn(PyObject* object, const char* what) {
  PyRef ref = PyRef::own(object);
  if (!ref) KJ_FAIL_REQUIRE("the Python harness failed", what, takeErrorText());
  return ref;
}

void mustSucceed(int status, const char* what) {
  if (status < 0) KJ_FAIL_REQUIRE("the Python harness failed", what, takeErrorText());
}

PyRef decodeText(kj::StringPtr text) {
  return mustOwn(PyUnicode_DecodeFSDefaultAndSize(text.cStr(), text.size()), "decode text");
}

}  // namespace brood
