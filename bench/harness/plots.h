#pragma once
// The pictures of a report.

#include <string>
#include <vector>

#include "bench/harness/measurements.h"

namespace brood::bench {

struct Picture {
  std::string name;  // Of a file, without its ending.
  std::string svg;
};

// Those for which something was measured.
std::vector<Picture> picturesOf(const Measurements& measurements);

}  // namespace brood::bench
