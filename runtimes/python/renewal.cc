#include "runtimes/python/renewal.h"

#include "runtimes/python/harness_sources.h"

namespace brood {
namespace {

constexpr char kNumpyState[] = "numpy_state";

PyRef prepareNumpyState() {
  PyRef variables = mustOwn(PyDict_New(), "namespace");
  HarnessPart("prepare_renewal", harness::kPrepareRenewal).run(variables.get());
  PyRef state = PyRef::share(PyDict_GetItemString(variables.get(), kNumpyState));
  PyDict_Clear(variables.get());
  return state;
}

}  // namespace

Renewal::Renewal() : part_("renew", harness::kRenew), numpyState_(prepareNumpyState()) {
  // The interpreter specialises code that has run several times.
  constexpr int kRuns = 4;
  for (int i = 0; i < kRuns; ++i) run(Py_False);
}

void Renewal::run() const { run(Py_True); }

void Renewal::run(PyObject* inWorker) const {
  PyRef variables = mustOwn(PyDict_New(), "namespace");
  mustSucceed(PyDict_SetItemString(variables.get(), kNumpyState, numpyState_.get()), kNumpyState);
  mustSucceed(PyDict_SetItemString(variables.get(), "in_worker", inWorker), "in_worker");
  part_.run(variables.get());
  // Functions of the part and its namespace refer to each other: cut that by hand, so that no
  // later collection has to.
  PyDict_Clear(variables.get());
}

}  // namespace brood
