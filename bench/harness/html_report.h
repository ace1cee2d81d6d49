#pragma once
// The report as one page that needs nothing else, and as Markdown.

#include <string>

#include "bench/harness/measurements.h"

namespace brood::bench {

// `comparison` is comparisonText(), or empty.
std::string htmlReport(const Measurements& measurements, const std::string& comparison);
std::string markdownReport(const Measurements& measurements, const std::string& comparison);

}  // namespace brood::bench
