#include "gateway/sessions/words/cell_error.h"

#include "gateway/jobs/json_reader.h"

namespace brood::gateway {
namespace {

constexpr size_t kMaxLines = 10'000;

JsonFields<CellError> errorFields() {
  JsonFields<CellError> fields;
  fields.text("name", &CellError::name).required();
  fields.text("value", &CellError::value);
  fields.texts("traceback", &CellError::traceback, {.most = kMaxLines});
  return fields;
}

}  // namespace

// The table's reader nests no deeper than the table, and does not recurse.
std::optional<CellError> readCellError(std::string_view json) {
  if (json.empty() || json.size() > kMaxCellErrorBytes) return {};
  static const JsonFields<CellError> kFields = errorFields();
  auto read = readJson(kFields, json);
  if (auto* error = std::get_if<CellError>(&read)) return std::move(*error);
  return {};
}

}  // namespace brood::gateway
