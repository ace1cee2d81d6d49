#pragma once
// Puts a job's surroundings in place, as the kernel and the interpreter's start-up would have.

#include "runtimes/runtime.h"

#include <cstdio>

namespace brood {

// Environment, working directory (that of the source), sys.argv, sys.orig_argv and sys.path[0].
void applyJobSetting(const JobSpec& job);

// Writes the source to its path, since tracebacks, inspect and multiprocessing read it there.
// Returns the file, at its beginning; the caller closes it.
FILE* writeSource(const JobSpec& job);

}  // namespace brood
