#include "runtimes/python/script/quiet_end.h"

#include <algorithm>

namespace brood {
namespace {

// Looking at more would take as long as finalising it.
constexpr Py_ssize_t kMostObjects = 2000;

PyRef attributeOf(const char* module, const char* name) {
  PyRef imported = mustOwn(PyImport_ImportModule(module), module);
  return mustOwn(PyObject_GetAttrString(imported.get(), name), name);
}

// -1 if it is not a number.
long numberFrom(PyObject* callable) {
  PyRef result = PyRef::own(PyObject_CallNoArgs(callable));
  const long number = result ? PyLong_AsLong(result.get()) : -1;
  PyErr_Clear();
  return number;
}

Py_ssize_t lengthOf(PyObject* list) {
  const Py_ssize_t length = PyObject_Size(list);
  PyErr_Clear();
  return length;
}

PyTypeObject* asType(const PyRef& type) { return reinterpret_cast<PyTypeObject*>(type.get()); }

// A profiler or a tracer would see the calls that finalising makes.
bool isTraced() {
  const PyThreadState* thread = PyThreadState_Get();
  return thread->c_tracefunc != nullptr || thread->c_profilefunc != nullptr;
}

}  // namespace

QuietEnd QuietEnd::afterWarmUp() {
  QuietEnd end;
  end.silentTypes_ = {
      &PyDict_Type,      &PyList_Type,        &PyTuple_Type,       &PySet_Type,
      &PyFrozenSet_Type, &PyFunction_Type,    &PyCell_Type,        &PyMethod_Type,
      &PyCFunction_Type, &PyProperty_Type,    &PyClassMethod_Type, &PyStaticMethod_Type,
      &PyModule_Type,    &PyGetSetDescr_Type, &PyMemberDescr_Type, &PyWrapperDescr_Type,
      &PyDictProxy_Type, &PyTraceBack_Type,   &PyFrame_Type,       &PyBaseObject_Type,
      &PyODict_Type,     &PyLong_Type,        &PyFloat_Type,       &PyUnicode_Type,
      &PyBytes_Type,     &PySlice_Type,       &PySuper_Type};
  for (const char* name : {"deque", "defaultdict"}) {
    end.silentTypes_.push_back(asType(attributeOf("collections", name)));
  }
  PyRef pattern = attributeOf("re", "Pattern");
  PyRef match = attributeOf("re", "Match");
  end.silentTypes_.push_back(asType(pattern));
  end.silentTypes_.push_back(asType(match));

  end.textStream_ = asType(attributeOf("_io", "TextIOWrapper"));

  PyRef probe =
      mustOwn(PyObject_CallFunction(reinterpret_cast<PyObject*>(&PyType_Type), "s(){}", "probe"),
              "a class");
  end.heapDealloc_ = asType(probe)->tp_dealloc;
  end.getObjects_ = attributeOf("gc", "get_objects");
  end.gcDebug_ = attributeOf("gc", "get_debug");
  end.gcCallbacks_ = attributeOf("gc", "callbacks");
  end.atexitCount_ = attributeOf("atexit", "_ncallbacks");
  end.threadCount_ = attributeOf("_thread", "_count");
  end.threadingAtexits_ = attributeOf("threading", "_threading_atexits");
  end.warningFilters_ = attributeOf("warnings", "filters");
  end.atexitCallbacks_ = numberFrom(end.atexitCount_.get());
  end.threadingCallbacks_ = lengthOf(end.threadingAtexits_.get());
  end.filters_ = lengthOf(end.warningFilters_.get());
  return end;
}

bool QuietEnd::holds(const ModuleSnapshot& modulesBefore) const {
  return modulesBefore.nothingAdded() && nobodyListens() && onlySilentObjects();
}

// The handlers of preloaded modules find nothing to do if the job left no such object.
bool QuietEnd::nobodyListens() const {
  return !isTraced() && hasRealStreams() && numberFrom(atexitCount_.get()) == atexitCallbacks_ &&
         numberFrom(threadCount_.get()) == 0 && numberFrom(gcDebug_.get()) == 0 &&
         lengthOf(gcCallbacks_.get()) == 0 &&
         lengthOf(threadingAtexits_.get()) == threadingCallbacks_ &&
         // One that was added may want to hear of files and coroutines left open.
         lengthOf(warningFilters_.get()) == filters_;
}

// Flushing one of the script's own making would run its code. Nor would one over a file of the
// script's be silent, which is another question.
bool QuietEnd::hasRealStreams() const {
  for (const char* name : {"stdout", "stderr"}) {
    PyObject* stream = PySys_GetObject(name);
    if (stream != nullptr && stream != Py_None && Py_TYPE(stream) != textStream_) return false;
  }
  return true;
}

bool QuietEnd::isSilentType(PyTypeObject* type) const {
  // A class written in Python is as silent as what it is made from, unless it has a finaliser.
  while (type != nullptr && PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE) &&
         type->tp_dealloc == heapDealloc_) {
    if (type->tp_finalize != nullptr || type->tp_del != nullptr) return false;
    type = type->tp_base;
  }
  if (type == nullptr) return false;
  if (std::find(silentTypes_.begin(), silentTypes_.end(), type) != silentTypes_.end()) return true;
  return PyExceptionClass_Check(reinterpret_cast<PyObject*>(type)) && type->tp_finalize == nullptr;
}

bool QuietEnd::isSilent(PyObject* object) const {
  PyTypeObject* type = Py_TYPE(object);
  if (PyType_Check(object)) {
    // Its instances need not be known to the collector.
    auto* made = reinterpret_cast<PyTypeObject*>(object);
    return type->tp_finalize == nullptr && made->tp_finalize == nullptr && made->tp_del == nullptr;
  }
  if (PyWeakref_CheckRefExact(object)) {
    return reinterpret_cast<PyWeakReference*>(object)->wr_callback == nullptr;
  }
  return isSilentType(type);
}

// The collector knows of everything that can hold a reference; what was there before the job is
// frozen, and not among it.
bool QuietEnd::onlySilentObjects() const {
  PyRef objects = PyRef::own(PyObject_CallNoArgs(getObjects_.get()));
  if (!objects) {
    PyErr_Clear();
    return false;
  }
  const Py_ssize_t count = PyList_GET_SIZE(objects.get());
  if (count > kMostObjects) return false;
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (!isSilent(PyList_GET_ITEM(objects.get(), i))) return false;
  }
  return true;
}

}  // namespace brood
