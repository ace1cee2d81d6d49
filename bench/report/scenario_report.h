#pragma once
// Tables of sizes, bursts, and what many jobs leave behind.

#include <string>

#include "bench/model/measurements.h"

namespace brood::bench {

// Each empty if nothing of it was measured.
std::string sizesText(const Measurements& measurements);
std::string burstsText(const Measurements& measurements);
std::string flatText(const Measurements& measurements);
// Names the failures, and the scenarios that were not measured.
std::string scenarioRemarks(const Measurements& measurements);

}  // namespace brood::bench
