#pragma once
// Treats an exception that nobody caught as the interpreter does, except that it never ends the
// process: PyErr_Print() calls exit() on SystemExit, which would skip our own shutdown.

namespace brood {

struct UncaughtResult {
  int exitCode = 1;
  bool wasSystemExit = false;
};

// Call with a Python error set; clears it. Prints through sys.excepthook, or, for SystemExit,
// prints its message and yields its code.
UncaughtResult handleUncaught();

}  // namespace brood
