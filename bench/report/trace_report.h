#pragma once
// Where the time of a traced job goes, as a table.

#include <string>

#include "bench/harness/measurements.h"
#include "bench/harness/svg_bars.h"

namespace brood::bench {

// Empty if nothing was traced.
std::string traceText(const Measurements& measurements);

// A bar per stage, of its median.
BarChart traceBars(const Measurements& measurements);

}  // namespace brood::bench
