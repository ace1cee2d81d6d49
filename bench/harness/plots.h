#pragma once
// What the pictures of a report show.

#include "bench/harness/measurements.h"
#include "bench/harness/svg_plot.h"

namespace brood::bench {

struct NamedPlot {
  std::string name;  // Of a file, without its ending.
  Plot plot;
};

// Those for which something was measured.
std::vector<NamedPlot> plotsOf(const Measurements& measurements);

}  // namespace brood::bench
