#pragma once
// Runs one source file as `python3 FILE` does: as __main__, with no frame of ours below it.

#include "runtimes/python/interpreter/py_ref.h"

#include <kj/array.h>

#include <cstdio>

namespace brood {

class RichResults;

struct ScriptOutcome {
  int exitCode = 0;
  bool flushed = false;      // The standard streams, and nothing has been written to them since.
  bool interrupted = false;  // By an uncaught KeyboardInterrupt: the process must die of SIGINT.
};

// A module with the names and the order a fresh interpreter's __main__ has, copied from the one
// in sys.modules, which no script may have used. Not yet in sys.modules itself.
PyRef newMainModule();

// Makes it sys.modules["__main__"].
void installMainModule(PyObject* module);

// importlib's SourceFileLoader.
PyRef sourceLoader();

// Gives it the names by which a module knows its file.
void describeFile(PyObject* mainModule, PyObject* sourceLoader, const char* path);

// Parses, compiles and runs a script that does nothing and is nowhere to be seen. No exception
// leaves it.
void rehearseScript() noexcept;

struct Source {
  FILE* file;                         // At its beginning; closed when it has been read.
  kj::ArrayPtr<const kj::byte> text;  // Its content, if that is at hand.
};

// Parses and runs `source` in the installed and described `mainModule`. `path` is what
// tracebacks name. An uncaught exception has been reported on return.
ScriptOutcome runScript(const Source& source, const char* path, PyObject* mainModule,
                        RichResults* rich = nullptr);

}  // namespace brood
