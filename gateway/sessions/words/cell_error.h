#pragma once
// The error that a cell says it has ended with.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace brood::gateway {

struct CellError {
  std::string name;
  std::string value;
  std::vector<std::string> traceback;
};

// From the JSON that the context has sent, which is hostile: null for what is not {"name", "value",
// "traceback": [lines]} or is longer than kMaxCellErrorBytes.
inline constexpr size_t kMaxCellErrorBytes = 1 << 20;
std::optional<CellError> readCellError(std::string_view json);

}  // namespace brood::gateway
