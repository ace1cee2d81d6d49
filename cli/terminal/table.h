#pragma once
// Columns for people.

#include <string>
#include <vector>

namespace brood::cli {

// Pads every column but the last to its widest cell, two spaces between. One line per row.
std::string alignedTable(const std::vector<std::vector<std::string>>& rows);

}  // namespace brood::cli
