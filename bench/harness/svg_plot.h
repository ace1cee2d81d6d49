#pragma once
// Plots as SVG: lines over two axes, for a page that needs nothing from anywhere else.

#include <string>
#include <utility>
#include <vector>

namespace brood::bench {

struct PlotLine {
  std::string name;
  std::vector<std::pair<double, double>> points;  // In order of x; not empty.
  bool isDashed = false;
};

struct PlotAxis {
  std::string title;
  bool isLogarithmic = false;  // Then all values are above 0.
};

struct Plot {
  std::string title;
  PlotAxis x, y;
  std::vector<PlotLine> lines;
  bool hasMarks = true;  // A mark on every point.
};

// An <svg> element that can stand alone, on white. A page may give other colours to its text,
// .grid, .s0 to .s7 (lines) and .f0 to .f7 (marks). Empty without lines.
std::string svgOf(const Plot& plot);

}  // namespace brood::bench
