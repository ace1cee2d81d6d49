#pragma once
// The report for people.

#include <string>

#include "bench/model/measurements.h"

namespace brood::bench {

std::string textReport(const Measurements& measurements);

// The text report and a comparison with an earlier run (may be empty), as a Markdown document.
std::string markdownReport(const Measurements& measurements, const std::string& comparison);

}  // namespace brood::bench
