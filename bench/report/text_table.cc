#include "bench/report/text_table.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace brood::bench {
namespace {

// In characters, of UTF-8.
size_t widthOf(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

std::string numberTable(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    if (row.size() < 2) continue;
    widths.resize(std::max(widths.size(), row.size()), 0);
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], widthOf(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line = row.empty() ? "" : row[0];
    for (size_t i = 1; i < row.size(); ++i) {
      if (i == 1) line.append(widths[0] - widthOf(row[0]), ' ');
      line.append(2 + widths[i] - widthOf(row[i]), ' ');
      line += row[i];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string grouped(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string microsText(uint64_t nanos) { return threeDigits(static_cast<double>(nanos) / 1e3); }

std::string threeDigits(double value) {
  if (std::abs(value) >= 99.95) {
    return (value < 0 ? "-" : "") + grouped(static_cast<uint64_t>(std::llround(std::abs(value))));
  }
  char text[32];
  std::snprintf(text, sizeof(text), std::abs(value) >= 9.995 ? "%.1f" : "%.2f", value);
  return text;
}

}  // namespace brood::bench
