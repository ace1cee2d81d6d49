#pragma once
// What pictures are made of: elements of SVG as text, in our colours.

#include <string>

namespace brood::bench {

std::string number(double value);
// "2", "50", "1k", "20M"
std::string tickText(double value);
// The attributes of the colour with this number; `property` is "fill" or "stroke".
std::string coloured(const char* property, size_t index);
// `anchor` as of text-anchor, `extra` more attributes.
std::string text(double x, double y, const char* anchor, const std::string& content,
                 const char* extra = "");
// `look` are attributes.
std::string straight(double x1, double y1, double x2, double y2, const std::string& look);
// The beginning of a picture, with its title; it ends with "</svg>\n".
std::string openSvg(double width, double height, double titleAt, const std::string& title);

// For text between tags and in attributes.
std::string escapedHtml(const std::string& text);

}  // namespace brood::bench
