#pragma once
// Numbers in columns: the first column to the left, all others to the right.

#include <cstdint>
#include <string>
#include <vector>

namespace brood::bench {

// A row of one cell is a line of its own and makes no column wider.
std::string numberTable(const std::vector<std::vector<std::string>>& rows);

// "1,234,567"
std::string grouped(uint64_t number);
// Nanoseconds as microseconds, three digits or more: "8.31", "94.2", "1,234".
std::string microsText(uint64_t nanos);
// Three digits or more: "0.92", "21.4", "1,234".
std::string threeDigits(double value);

}  // namespace brood::bench
