#pragma once
// Runs one source file as `python3 FILE` does: as __main__, with no frame of ours below it.

#include "runtimes/python/py_ref.h"

#include <cstdio>

namespace brood {

struct ScriptOutcome {
  int exitCode = 0;
  bool interrupted = false;  // By an uncaught KeyboardInterrupt: the process must die of SIGINT.
};

// A namespace with the names and the order a fresh interpreter's __main__ has, copied from that
// of the zygote. Not yet in sys.modules.
PyRef newMainModule();

// Installs `mainModule` as sys.modules["__main__"], then parses and runs `source` (closed when
// read) in it. `path` is what tracebacks name. An uncaught exception has been reported on return.
ScriptOutcome runScript(FILE* source, const char* path, PyObject* mainModule);

}  // namespace brood
