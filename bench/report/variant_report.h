#pragma once
// The table of systems that are configured otherwise.

#include <string>

#include "bench/model/measurements.h"

namespace brood::bench {

// Empty if there are none.
std::string variantsText(const Measurements& measurements);
// Adds what its numbers do not show.
std::string variantRemarks(const Measurements& measurements);

}  // namespace brood::bench
