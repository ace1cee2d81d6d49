#pragma once
// The report for programs.

#include <string>

#include "bench/model/measurements.h"

namespace brood::bench {

// Durations are in microseconds.
std::string jsonReport(const Measurements& measurements);

}  // namespace brood::bench
