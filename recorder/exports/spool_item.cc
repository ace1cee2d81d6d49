#include "recorder/exports/spool_item.h"

#include <nlohmann/json.hpp>

namespace brood::recorder {
namespace {

constexpr std::string_view kRows = "rows\n";
constexpr std::string_view kFile = "file\n";

}  // namespace

std::string rowsItem(const std::vector<std::string>& rows) {
  std::string item(kRows);
  for (const auto& row : rows) item += row + "\n";
  return item;
}

std::string fileItem(const std::string& path, std::string_view bytes) {
  // As JSON, so that a line break in the path does not end it.
  const nlohmann::json name = path;
  std::string item(kFile);
  item += name.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
  return item.append(bytes);
}

std::optional<std::vector<std::string>> rowsOf(std::string_view item) {
  if (!item.starts_with(kRows)) return std::nullopt;
  item.remove_prefix(kRows.size());
  std::vector<std::string> rows;
  for (size_t end = item.find('\n'); end != std::string_view::npos; end = item.find('\n')) {
    rows.emplace_back(item.substr(0, end));
    item.remove_prefix(end + 1);
  }
  return rows;
}

std::optional<SpooledFile> fileOf(std::string_view item) {
  if (!item.starts_with(kFile)) return std::nullopt;
  item.remove_prefix(kFile.size());
  const size_t end = item.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const auto name = nlohmann::json::parse(item.substr(0, end), nullptr, false);
  if (!name.is_string()) return std::nullopt;
  return SpooledFile{name.get<std::string>(), item.substr(end + 1)};
}

}  // namespace brood::recorder
