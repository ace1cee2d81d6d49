#pragma once
// Bars, one below the other, against a line that they are compared with.

#include <string>
#include <vector>

namespace brood::bench {

struct Bar {
  std::string group;  // A heading wherever it changes; may be empty.
  std::string name;
  double value;
};

struct BarChart {
  std::string title;
  std::string unit;  // What a value is: "× default".
  double reference;  // Where the line is; 0: none, and no bar is cut.
  std::vector<Bar> bars;
};

// As svgOf(Plot). Empty without bars.
std::string svgOf(const BarChart& chart);

}  // namespace brood::bench
