#pragma once
// Whether a text of a client's is allowed, and how much of it an error repeats.

#include <functional>
#include <string>
#include <string_view>

#include "gateway/jobs/json_fields.h"

namespace brood::gateway {

// `path` gives the JSON path of the value, and is called only if there is a problem.
MaybeProblem checkText(const TextRule& rule, const std::string& value,
                       const std::function<std::string()>& path);

// The beginning of a client's text, for an error.
std::string shortened(std::string_view text);

// "args[3] may have at most 10 bytes, got 11: 'beginning...'". `bytes`: the size that is too large,
// which may count more than `text`.
JsonProblem tooManyBytes(std::string_view code, const std::string& path, std::string_view text,
                         size_t bytes, size_t most);

}  // namespace brood::gateway
