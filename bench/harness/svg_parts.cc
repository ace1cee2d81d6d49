#include "bench/harness/svg_parts.h"

#include <cstdio>
#include <iterator>

namespace brood::bench {
namespace {

constexpr const char* kColours[] = {"#4269d0", "#e0702b", "#3a9a5c", "#c23b6b",
                                    "#7a5cc7", "#8a6d3b", "#2b9eb3", "#777777"};
constexpr size_t kColourCount = std::size(kColours);

}  // namespace

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f", value);
  return text;
}

std::string coloured(const char* property, size_t index) {
  const size_t i = index % kColourCount;
  return std::string(property) + "=\"" + kColours[i] + "\" class=\"" + property[0] +
         std::to_string(i) + "\"";
}

std::string tickText(double value) {
  const char* unit = "";
  if (value >= 1e6) {
    value /= 1e6;
    unit = "M";
  } else if (value >= 1e3) {
    value /= 1e3;
    unit = "k";
  }
  char text[32];
  std::snprintf(text, sizeof(text), "%g%s", value, unit);
  return text;
}

std::string text(double x, double y, const char* anchor, const std::string& content,
                 const char* extra) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor +
         "\" fill=\"#222\" " + extra + ">" + escapedHtml(content) + "</text>\n";
}

std::string straight(double x1, double y1, double x2, double y2, const std::string& look) {
  return "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) +
         "\" y2=\"" + number(y2) + "\" " + look + "/>\n";
}

std::string openSvg(double width, double height, double titleAt, const std::string& title) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + number(width) + " " +
         number(height) +
         "\" font-family=\"system-ui,sans-serif\" font-size=\"12\" role=\"img\">\n" +
         text(titleAt, 18, "start", title, "font-size=\"14\" font-weight=\"600\"");
}

std::string escapedHtml(const std::string& text) {
  std::string out;
  for (char each : text) {
    switch (each) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += each;
    }
  }
  return out;
}

}  // namespace brood::bench
