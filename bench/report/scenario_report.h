#pragma once
// Tables and pictures of sizes, bursts, and what many jobs leave behind.

#include <string>

#include "bench/harness/measurements.h"
#include "bench/harness/svg_plot.h"

namespace brood::bench {

// Each empty if nothing of it was measured.
std::string sizesText(const Measurements& measurements);
std::string burstsText(const Measurements& measurements);
std::string flatText(const Measurements& measurements);
// What failed, and which scenarios were not measured.
std::string scenarioRemarks(const Measurements& measurements);

Plot sizesPlot(const Measurements& measurements);
Plot burstsPlot(const Measurements& measurements);

}  // namespace brood::bench
