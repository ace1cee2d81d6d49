#include "bench/harness/svg_plot.h"

#include <gtest/gtest.h>

#include "bench/harness/html_report.h"
#include "bench/harness/plots.h"

namespace brood::bench {
namespace {

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(SvgPlot, HasALineAndANameForEach) {
  Plot plot{
      "A <title>", {"x", true}, {"y"}, {{"one", {{1, 5}, {10, 7}}}, {"two & a half", {{2, 1}}}}};
  const std::string svg = svgOf(plot);
  EXPECT_EQ(count(svg, "<polyline"), 2u);
  EXPECT_EQ(count(svg, "<circle"), 3u);
  EXPECT_NE(svg.find("A &lt;title&gt;"), svg.npos);
  EXPECT_NE(svg.find(">two &amp; a half<"), svg.npos);
  EXPECT_EQ(svg.find("nan"), svg.npos);
  EXPECT_EQ(svg.find("inf"), svg.npos);
}

TEST(SvgPlot, PutsLargerValuesHigherAndFurtherRight) {
  const std::string svg =
      svgOf({"t", {"x", true}, {"y"}, {{"line", {{1, 0}, {1000, 100}}}}, false});
  const size_t at = svg.find("points=\"") + 8;
  double x1, y1, x2, y2;
  ASSERT_EQ(std::sscanf(svg.c_str() + at, "%lf,%lf %lf,%lf", &x1, &y1, &x2, &y2), 4);
  EXPECT_LT(x1, x2);
  EXPECT_GT(y1, y2);
}

TEST(SvgPlot, OfASinglePointIsAPicture) {
  const std::string svg = svgOf({"t", {"x", true}, {"y", true}, {{"line", {{5, 5}}}}});
  EXPECT_EQ(svg.find("nan"), svg.npos);
  EXPECT_EQ(count(svg, "<circle"), 1u);
}

TEST(Plots, AreOnlyOfWhatWasMeasured) {
  Measurements measurements;
  EXPECT_TRUE(picturesOf(measurements).empty());
  measurements.throughput.resize(1);
  measurements.throughput[0].transport = "RPC";
  measurements.throughput[0].clients = 1;
  measurements.throughput[0].seconds = 1;
  measurements.throughput[0].nanos = {1'000};
  const auto plots = picturesOf(measurements);
  ASSERT_EQ(plots.size(), 2u);
  EXPECT_EQ(plots[0].name, "throughput");
  const std::string page = htmlReport(measurements, "compared <with> another");
  EXPECT_EQ(count(page, "<svg"), 2u);
  EXPECT_NE(page.find("compared &lt;with&gt; another"), page.npos);
  EXPECT_EQ(count(page, "http"), 2u) << "only the name space: nothing is loaded from anywhere";
}

}  // namespace
}  // namespace brood::bench
