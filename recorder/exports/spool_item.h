#pragma once
// The bytes of one item of the sink's spool.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace brood::recorder {

// Either rows, each on a line of its own, or one file.
std::string rowsItem(const std::vector<std::string>& rows);
std::string fileItem(const std::string& path, std::string_view bytes);

// Null if it is no such item; a last line without its end is none.
std::optional<std::vector<std::string>> rowsOf(std::string_view item);

struct SpooledFile {
  std::string path;
  std::string_view bytes;  // Within the item.
};
std::optional<SpooledFile> fileOf(std::string_view item);

}  // namespace brood::recorder
