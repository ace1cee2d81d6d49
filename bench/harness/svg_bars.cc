#include "bench/harness/svg_bars.h"

#include <algorithm>

#include "bench/harness/svg_parts.h"
#include "bench/harness/text_table.h"

namespace brood::bench {
namespace {

constexpr double kWidth = 780, kLeft = 250, kRight = 90, kTop = 34, kRow = 24, kBar = 15;
constexpr double kBelow = 30, kLabel = 45;
// One that is so many times the reference leaves the others no room: it is cut, and says so.
constexpr double kLongest = 3;

}  // namespace

std::string svgOf(const BarChart& chart) {
  if (chart.bars.empty()) return "";
  double highest = chart.reference;
  size_t headings = 0;
  std::string group;
  for (const auto& bar : chart.bars) {
    const double most = chart.reference > 0 ? kLongest * chart.reference : bar.value;
    highest = std::max(highest, std::min(bar.value, most));
    if (bar.group != group) ++headings;
    group = bar.group;
  }
  if (highest == 0) return "";
  const double scale = (kWidth - kLeft - kRight) / highest;
  const double bottom = kTop + static_cast<double>(chart.bars.size() + headings) * kRow;
  std::string out = openSvg(kWidth, bottom + kBelow, 20, chart.title);
  double at = kTop;
  group.clear();
  for (const auto& bar : chart.bars) {
    if (bar.group != group) {
      group = bar.group;
      out += text(20, at + kBar, "start", group, "font-weight=\"600\"");
      at += kRow;
    }
    out += text(kLeft - 8, at + kBar - 3, "end", bar.name);
    const double length = std::min(bar.value, highest) * scale;
    out += "<rect x=\"" + number(kLeft) + "\" y=\"" + number(at) + "\" width=\"" + number(length) +
           "\" height=\"" + number(kBar) + "\" " + coloured("fill", 0) + "/>\n";
    // Not across the line that it is compared with.
    const double mark = chart.reference * scale;
    const double end = length < mark && length + kLabel > mark ? mark : length;
    out += text(kLeft + end + 6, at + kBar - 3, "start",
                (bar.value > highest ? "cut: " : "") + threeDigits(bar.value));
    at += kRow;
  }
  if (chart.reference == 0) {
    out += text(kLeft, bottom + 16, "start", chart.unit);
    return out + "</svg>\n";
  }
  const double line = kLeft + chart.reference * scale;
  out +=
      straight(line, kTop - 4, line, bottom, "stroke-dasharray=\"4 3\" " + coloured("stroke", 1));
  out += text(line, bottom + 16, "middle", threeDigits(chart.reference) + " " + chart.unit);
  return out + "</svg>\n";
}

}  // namespace brood::bench
