#pragma once
// Where the time of a traced job goes, as text: a table of its stages, what tracing cost, and the
// system calls of each process.

#include <string>

#include "bench/model/measurements.h"

namespace brood::bench {

// Empty if nothing was traced.
std::string traceText(const Measurements& measurements);

}  // namespace brood::bench
