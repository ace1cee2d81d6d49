#pragma once
// Reads a JSON object into a value, strictly, by a table of its fields.
//
// Refuses what is unknown, given twice, of the wrong type or out of its range, and names the field,
// the value and what is allowed. The first error in the order of the document wins, and nothing
// behind it is read or kept: a list that is too long ends at its first element too many. What a
// table does not expect is refused where it begins, so a document nests no deeper than its table,
// and the parser does not recurse. How long a document may be is its caller's to say.
//
// Codes: invalid_json, invalid_type, unknown_field, duplicate_field, missing_field, and those that
// the rules of the fields name (invalid_value unless they say otherwise).

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "gateway/http/error_response.h"
#include "gateway/jobs/json_fields.h"

namespace brood::gateway {

// Fills in `target`, which is what `table` is of. What was filled in before an error is of no use.
std::optional<ApiError> readJson(const JsonTable& table, void* target, std::string_view json);

template <typename T>
std::variant<T, ApiError> readJson(const JsonFields<T>& fields, std::string_view json) {
  T value;
  if (auto error = readJson(fields.table(), &value, json)) return std::move(*error);
  return value;
}

}  // namespace brood::gateway
