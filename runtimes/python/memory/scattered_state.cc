#include "runtimes/python/memory/scattered_state.h"

namespace brood {
namespace {

constexpr char kTable[] = "a new table";

// Makes a table with equal items in equal order. Returns an object in the old table's memory, which
// the allocator would give to the new one first.
PyRef renewTable(PyObject* dict) {
  PyRef items = mustOwn(PyDict_Copy(dict), kTable);
  PyDict_Clear(dict);
  PyRef inOldPlace = mustOwn(PyDict_Copy(items.get()), kTable);
  mustSucceed(PyDict_Update(dict, items.get()), kTable);
  return inOldPlace;
}

// Every script adds its main module to one, and every class to the other.
std::vector<PyRef> renewTablesThatGrow() {
  std::vector<PyRef> inOldPlaces;
  inOldPlaces.push_back(renewTable(PyImport_GetModuleDict()));
#if PY_VERSION_HEX < 0x030C0000  // Later ones keep it elsewhere (cpython/object.h, "index").
  PyObject* subclasses = PyBaseObject_Type.tp_subclasses;
  if (subclasses != nullptr && PyDict_CheckExact(subclasses)) {
    inOldPlaces.push_back(renewTable(subclasses));
  }
#endif
  return inOldPlaces;
}

// The list of what is being printed, which is made when there is none (PyObject_ReprEnter).
void forgetWhatIsBeingPrinted() {
  PyObject* perThread = PyThreadState_GetDict();  // Borrowed.
  if (perThread == nullptr || PyDict_DelItemString(perThread, "Py_Repr") != 0) PyErr_Clear();
}

}  // namespace

std::vector<PyRef> renewScatteredState() {
  forgetWhatIsBeingPrinted();
  return renewTablesThatGrow();
}

void forgetLookedUpAttributes() { PyType_ClearCache(); }

}  // namespace brood
