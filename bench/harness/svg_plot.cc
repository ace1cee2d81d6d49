#include "bench/harness/svg_plot.h"

#include <algorithm>
#include <cmath>

#include "bench/harness/svg_parts.h"

namespace brood::bench {
namespace {

constexpr double kWidth = 780, kHeight = 380;
constexpr double kLeft = 70, kRight = 20, kTop = 34, kBottom = 46;
constexpr double kLegendWidth = 246, kLegendRow = 18;
// From values to places along one axis.
class Scale {
 public:
  Scale(const PlotAxis& axis, double low, double high, double from, double to)
      : isLogarithmic_(axis.isLogarithmic), from_(from), to_(to) {
    if (isLogarithmic_) {
      low_ = std::log10(low) - 0.02;
      high_ = std::log10(high) + 0.02;
      if (high_ - low_ < 0.3) high_ = low_ + 0.3;
    } else {
      low_ = std::min(low, 0.0);
      high_ = high > low_ ? high * 1.05 : low_ + 1;
    }
  }

  double place(double value) const {
    const double at = isLogarithmic_ ? std::log10(value) : value;
    return from_ + (at - low_) / (high_ - low_) * (to_ - from_);
  }

  std::vector<double> ticks() const {
    std::vector<double> all;
    if (!isLogarithmic_) {
      const double step = roundStep((high_ - low_) / 5);
      for (double at = low_; at <= high_ + step * 1e-6; at += step) all.push_back(at);
      return all;
    }
    const bool fine = high_ - low_ < 3;
    for (int power = static_cast<int>(std::floor(low_)); power <= high_; ++power) {
      for (double digit : {1.0, 2.0, 5.0}) {
        const double value = digit * std::pow(10, power);
        if (digit > 1 && !fine) continue;
        if (std::log10(value) >= low_ && std::log10(value) <= high_) all.push_back(value);
      }
    }
    return all;
  }

 private:
  static double roundStep(double raw) {
    const double power = std::pow(10, std::floor(std::log10(raw)));
    for (double digit : {1.0, 2.0, 5.0}) {
      if (raw <= digit * power) return digit * power;
    }
    return 10 * power;
  }

  bool isLogarithmic_;
  double low_, high_, from_, to_;
};

std::string axes(const Plot& plot, const Scale& x, const Scale& y) {
  const std::string grid = "stroke=\"#ddd\" class=\"grid\"";
  std::string out;
  const double right = kWidth - kRight - kLegendWidth, bottom = kHeight - kBottom;
  for (double tick : x.ticks()) {
    out += straight(x.place(tick), kTop, x.place(tick), bottom, grid);
    out += text(x.place(tick), bottom + 16, "middle", tickText(tick));
  }
  for (double tick : y.ticks()) {
    out += straight(kLeft, y.place(tick), right, y.place(tick), grid);
    out += text(kLeft - 8, y.place(tick) + 4, "end", tickText(tick));
  }
  out += text((kLeft + right) / 2, kHeight - 8, "middle", plot.x.title);
  const std::string turned = "transform=\"rotate(-90 16 " + number((kTop + bottom) / 2) + ")\"";
  out += text(16, (kTop + bottom) / 2, "middle", plot.y.title, turned.c_str());
  return out;
}

std::string lineOf(const Plot& plot, size_t index, const Scale& x, const Scale& y) {
  const PlotLine& line = plot.lines[index];
  std::string places, marks;
  for (const auto& [atX, atY] : line.points) {
    const std::string cx = number(x.place(atX)), cy = number(y.place(atY));
    places += cx + "," + cy + " ";
    if (plot.hasMarks) {
      marks += "<circle cx=\"" + cx + "\" cy=\"" + cy + "\" r=\"3\" " + coloured("fill", index) +
               "><title>" + escapedHtml(line.name) + ": " + tickText(atX) + ", " + tickText(atY) +
               "</title></circle>\n";
    }
  }
  return "<polyline fill=\"none\" " + coloured("stroke", index) + " stroke-width=\"2\"" +
         (line.isDashed ? " stroke-dasharray=\"5 4\"" : "") + " points=\"" + places + "\"/>\n" +
         marks;
}

std::string legend(const Plot& plot) {
  std::string out;
  const double left = kWidth - kRight - kLegendWidth + 14;
  for (size_t i = 0; i < plot.lines.size(); ++i) {
    const double at = kTop + 8 + static_cast<double>(i) * kLegendRow;
    out += straight(left, at, left + 18, at, coloured("stroke", i) + " stroke-width=\"3\"");
    out += text(left + 24, at + 4, "start", plot.lines[i].name);
  }
  return out;
}

}  // namespace

std::string svgOf(const Plot& plot) {
  if (plot.lines.empty()) return "";
  double lowX = plot.lines[0].points[0].first, highX = lowX;
  double lowY = plot.lines[0].points[0].second, highY = lowY;
  for (const auto& line : plot.lines) {
    for (const auto& [atX, atY] : line.points) {
      lowX = std::min(lowX, atX);
      highX = std::max(highX, atX);
      lowY = std::min(lowY, atY);
      highY = std::max(highY, atY);
    }
  }
  const Scale x(plot.x, lowX, highX, kLeft, kWidth - kRight - kLegendWidth);
  const Scale y(plot.y, lowY, highY, kHeight - kBottom, kTop);
  std::string out = openSvg(kWidth, kHeight, kLeft, plot.title);
  out += axes(plot, x, y);
  for (size_t i = 0; i < plot.lines.size(); ++i) out += lineOf(plot, i, x, y);
  return out + legend(plot) + "</svg>\n";
}

}  // namespace brood::bench
