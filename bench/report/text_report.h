#pragma once
// The report for people.

#include <string>

#include "bench/harness/measurements.h"

namespace brood::bench {

std::string textReport(const Measurements& measurements);

}  // namespace brood::bench
