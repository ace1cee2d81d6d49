#include "bench/harness/svg_bars.h"

#include <gtest/gtest.h>

namespace brood::bench {
namespace {

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(SvgBars, HasABarAndANameForEachAndAHeadingForEachGroup) {
  const std::string svg =
      svgOf({"T", "× <default>", 1, {{"one", "a", 0.5}, {"one", "b & c", 2}, {"two", "d", 1.25}}});
  EXPECT_EQ(count(svg, "<rect"), 3u);
  EXPECT_EQ(count(svg, "font-weight"), 3u) << "two headings and the title";
  EXPECT_NE(svg.find(">b &amp; c<"), svg.npos);
  EXPECT_NE(svg.find(">1.00 × &lt;default&gt;<"), svg.npos);
}

TEST(SvgBars, AreAsLongAsTheirValues) {
  const std::string svg = svgOf({"T", "x", 1, {{"", "a", 1}, {"", "b", 2}}});
  double first = 0, second = 0;
  const size_t at = svg.find("width=\""), next = svg.find("width=\"", at + 1);
  ASSERT_EQ(std::sscanf(svg.c_str() + at, "width=\"%lf", &first), 1);
  ASSERT_EQ(std::sscanf(svg.c_str() + next, "width=\"%lf", &second), 1);
  EXPECT_NEAR(second, 2 * first, 0.2);
}

TEST(SvgBars, AreCutWhereTheOthersWouldVanish) {
  const std::string svg = svgOf({"T", "x", 1, {{"", "a", 1}, {"", "b", 300}}});
  EXPECT_NE(svg.find(">cut: 300<"), svg.npos);
  EXPECT_NE(svg.find(">1.00<"), svg.npos);
}

TEST(SvgBars, OfNothingAreNoPicture) { EXPECT_EQ(svgOf(BarChart{"T", "x", 1, {}}), ""); }

TEST(SvgBars, WithoutAReferenceAreAsTheyAre) {
  const std::string svg = svgOf({"T", "µs", 0, {{"", "a", 1}, {"", "b", 40}}});
  EXPECT_EQ(count(svg, "<rect"), 2u);
  EXPECT_EQ(count(svg, "cut:"), 0u) << "there is nothing that they are compared with";
  EXPECT_EQ(count(svg, "stroke-dasharray"), 0u);
  EXPECT_NE(svg.find(">µs<"), svg.npos);
  EXPECT_TRUE(svgOf({"T", "µs", 0, {{"", "a", 0}}}).empty());
}

}  // namespace
}  // namespace brood::bench
