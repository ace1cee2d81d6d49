#include "runtimes/python/streams.h"

#include "runtimes/python/harness_sources.h"

namespace brood {

StandardStreams::StandardStreams() : part_("open_streams", harness::kOpenStreams) {}

void StandardStreams::open(int inFd, int outFd, int errFd) const {
  PyRef variables = mustOwn(PyDict_New(), "namespace");
  PyRef fds = mustOwn(Py_BuildValue("(iii)", inFd, outFd, errFd), "descriptors");
  mustSucceed(PyDict_SetItemString(variables.get(), "fds", fds.get()), "descriptors");
  part_.run(variables.get());
  PyDict_Clear(variables.get());
}

}  // namespace brood
