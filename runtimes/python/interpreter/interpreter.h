#pragma once
// Starts the embedded CPython so that a job cannot tell it from `/usr/bin/python3 -u`.

#include <kj/array.h>
#include <kj/string.h>

namespace brood {

// Replaces the process's environment by the jobs' base environment and `own` ("NAME=VALUE"), then
// starts the interpreter. Call once per process. Throws when the interpreter cannot start.
void startInterpreter(kj::ArrayPtr<const kj::String> own);

// "3.11.2"
kj::String interpreterVersion();

// A job's sys.executable.
inline constexpr char kPythonExecutable[] = "/usr/bin/python3";

}  // namespace brood
