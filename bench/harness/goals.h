#pragma once
// The goals of this project as ratios to what the machine itself needs, and where we are.

#include <string>
#include <vector>

#include "bench/harness/measurements.h"

namespace brood::bench {

struct Goal {
  std::string key;    // "isolation_tax"
  std::string title;  // "isolation tax: (sandboxed - unsandboxed) ÷ unsandboxed, hot"
  double value;
  double bound;
  bool isUpperBound;  // Else the value is to be no less.

  bool isMet() const { return isUpperBound ? value <= bound : value >= bound; }
};

// Those that this run has measured.
std::vector<Goal> goalsOf(const Measurements& measurements);

}  // namespace brood::bench
